"""Everything in Koe that reads bytes of strangers: what is done with them, and where mutation begins.

A target gets bytes and may raise a `KoeError`, nothing else. What it accepts
is used as the app would use it, so that a fault does not merely come later.
"""

import gzip
import io
import json
import os
import random
import tempfile
import zipfile
import zlib
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import soundfile
from streamlit.proto.BackMsg_pb2 import BackMsg

from koe.audio.events import midi_from_performance, read_performance
from koe.corpus.archive import midi_members
from koe.corpus.links import music_links, name_in, safe_name
from koe.corpus.manifest import assign_works, read_manifest
from koe.corpus.robots import parse_robots
from koe.corpus.store import Corpus
from koe.errors import InputError, ModelError
from koe.formats.container import kind_of, unpack
from koe.formats.reading import read_piece
from koe.generation.axes_file import load_axes
from koe.models.cards import load_card
from koe.models.latent import parse_latents
from koe.models.record import load_record
from koe.models.sampling import Sampling
from koe.models.storage import load_arrays, load_weights
from koe.music.grid import HIGHEST_PITCH, LOWEST_PITCH, MAX_NOTES, MAX_STEPS, MAX_TICKS
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note, note_at_step
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.music.text import pianoroll_from_bytes, pianoroll_from_text, text_from_pianoroll
from koe.originality.index import Index
from koe.projects.links import Link, decode, encode
from koe.projects.reading import read_project, unpack_project
from koe.projects.recipes import Blended, Composed, Continued, End, Frame, FromLatents, Given
from koe.projects.schema import Project, Take
from koe.projects.writing import pack_project, write_project
from koe.transcription.limits import MAX_RECORDING_SEC
from koe.transcription.melody import find_melody
from koe.transcription.network import FRAME_SAMPLES, Heard
from koe.transcription.polyphonic import find_notes
from koe.transcription.sound import SAMPLE_RATE, read_recording
from koe.transcription.steady import sixteenths_of
from koe.web.latents.space import vector_from
from koe.web.piano.messages import pitches_from_message, recording_from_message
from koe.web.serving.guard.messages import MAX_WIDGETS, Refused, read_message

# In memory where the system has such a place: a case takes microseconds then.
FOLDER = Path(tempfile.mkdtemp(prefix="koe-fuzz-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
_FILE = FOLDER / "file"
RANGE = (-4.0, 4.0)
SMALL = 4096  # bytes; of what is larger, what was read is not written again


@dataclass(frozen=True)
class Target:
    """One reader.

    Attributes
    ----------
    read : callable
        Takes bytes; raises a `KoeError` or nothing.
    seeds : callable
        Gives inputs that are right, or nearly so.
    max_bytes : int
        Of an input.
    max_sec : float
        What it may take.
    """

    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    max_bytes: int = 4096
    max_sec: float = 2.0


def tune() -> Piece:
    """A few bars with a change of metre."""
    notes = tuple(note_at_step(4 * n, 60 + n % 12, 1 + n % 5, 40 + 5 * n) for n in range(16))
    return Piece.on_steps(notes, 80, 96.5, (TimeSignature(), TimeSignature(192, 3, 4)), "Tune é")


def timed() -> Piece:
    """The same in its own time: triplets, an upbeat, tempos, keys, the pedal, and a hand that plays late."""
    notes = tuple(Note(8 * n, 60 + n % 12, 5 + n % 5, 40 + 5 * n, 3 * n, -n) for n in range(16))
    metres, keys = (TimeSignature(0, 3, 4), TimeSignature(96, 2, 4)), (KeySignature(0, -3, "minor"),)
    tempos, pedal = (Tempo(0, 96.5), Tempo(999, 61.25)), (Pedal(470, 127), Pedal(1433, 0))
    return Piece(notes, 133, tempos, metres, 24, keys, pedal, "Tune é", beats_estimated=True)


# -- music ------------------------------------------------------------------


def read_music(data: bytes) -> None:
    """An upload becomes a piece on the grid, and can be written and heard again."""
    piece = read_midi(data, name="a/../b.mid", quick=bool(data) and data[-1] % 2 == 1)
    assert 0 <= piece.n_steps <= MAX_STEPS
    assert len(piece.notes) <= MAX_NOTES
    assert all(LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH and 0 < note.velocity < 128 for note in piece.notes)
    assert all(0 <= note.step < note.end_step <= piece.n_steps for note in piece.notes)
    if len(data) < 512 and piece.n_steps < 2000 and data[-1] % 4 == 0:
        assert np.array_equal(read_midi(write_midi(piece)).pianoroll, piece.pianoroll)


def play(data: bytes) -> None:
    """What a synthesizer is given is in time, within limits, and reads as itself."""
    heard = read_performance(data)
    onsets = [event.onset_sec for event in heard.events]
    assert onsets == sorted(onsets)
    if len(data) < SMALL:
        again = read_performance(midi_from_performance(heard))
        assert again.n_notes == heard.n_notes


def hear(data: bytes) -> None:
    """A recording becomes samples within limits, and what is heard in them notes; here chance hears, which is quick."""
    recording = read_recording(data, "a/../b.wav")
    assert recording.samples.dtype == np.float32
    assert np.isfinite(recording.samples).all()
    assert 0 < len(recording.samples) <= MAX_RECORDING_SEC * SAMPLE_RATE
    chance = np.random.default_rng(zlib.crc32(data))
    n_frames = -(-len(recording.samples) // FRAME_SAMPLES)
    heard = Heard(*(chance.random((min(n_frames, 400), width), dtype=np.float32) ** 4 for width in (88, 88, 264)))
    for notes in (find_notes(heard), find_melody(heard, recording.samples)):
        assert np.isfinite(notes).all()
        assert (notes[:, 1] > notes[:, 0]).all()
        assert ((notes[:, 2] >= LOWEST_PITCH) & (notes[:, 2] <= HIGHEST_PITCH)).all()
        if len(notes):
            assert (np.diff(sixteenths_of(np.unique(notes[:, 0]))[0]) > 0).all()


def recording_seeds() -> list[bytes]:
    """A tone of a third of a second in every format, and containers that another program would have to read."""
    tone = 0.5 * np.sin(np.arange(2800) * 0.3)
    sounds = [sound_file(tone, format) for format in ("WAV", "AIFF", "FLAC", "OGG", "AU", "CAF", "W64", "RF64")]
    return [*sounds, sound_file(tone, "WAV", "FLOAT"), sound_file(tone, "WAV", "ALAW"), b"\0\0\0\x20ftypM4A ", b"ID3\4"]


def sound_file(samples: np.ndarray, form: str, subtype: str | None = None) -> bytes:
    """Samples at 8 kHz as a file."""
    target = io.BytesIO()
    soundfile.write(target, samples, 8000, format=form, subtype=subtype)
    return target.getvalue()


def midi_seeds() -> list[bytes]:
    """Small files of every format, timed in every way, and what people wrap them in."""
    whole = write_midi(tune())

    def file(form: int, division: bytes, *tracks: bytes) -> bytes:
        head = b"MThd" + (6).to_bytes(4) + form.to_bytes(2) + len(tracks).to_bytes(2) + division
        return head + b"".join(b"MTrk" + len(track).to_bytes(4) + track for track in tracks)

    end = b"\0\xff\x2f\0"
    running = b"\0\x90\x3c\x40\x30\x40\x40\x30\x3c\0\0\x40\0" + end
    timing = b"\0\xff\x51\3\7\xa1\x20\0\xff\x58\4\6\3\x18\x08\0\xff\x59\2\0\0" + end
    name = b"\0\xff\3\2hi"
    other = b"\0\xc1\x28\0\x91\x40\x50\0\xb1\x40\x7f\0\xe1\0\x40\x81\x70\x81\x40\0\0\xf0\3\x7e\x7f\xf7" + name + end
    drums = b"\0\x99\x24\x60\x60\x89\x24\0" + end
    return [
        whole,
        file(0, b"\0\x60", running),
        file(1, b"\1\xe0", timing, running, other, drums),
        file(2, b"\0\x30", running, other),
        file(0, b"\xe7\x28", running),
        file(0, b"\0\0", running[:-4]),
        gzip.compress(file(0, b"\0\x60", running)),
        b"RIFF\0\0\0\0RMIDdata\0\0\0\0" + file(1, b"\0\x60", timing, running),
    ]


def read_score(data: bytes) -> None:
    """A score becomes a piece on the grid, and can be written as MIDI."""
    if data[:1] == b"\1":  # the archive put right around it
        data = _zipped(data[1:])
    elif data[:1] == b"\2":
        data = _with_junk_inside(data[1:])
    if kind_of(unpack(data), "a.musicxml")[0] in ("humdrum", "abc", "mei"):
        raise InputError("Those have a target of their own, which is slow.")
    piece = read_piece(data, "a/../b.musicxml")
    _is_whole(piece)
    if len(data) < SMALL and piece.n_ticks < 4000:
        write_midi(piece)


def read_tune(data: bytes) -> None:
    """A tune in ABC; what has become anything else is put behind the head of one."""
    if kind_of(unpack(data), "a.abc")[0] != "abc":
        data = b"X:1\nL:1/8\nK:C\n" + data
        if kind_of(data, "a.abc")[0] != "abc":
            raise InputError("It has become another format, with a target of its own.")
    _is_whole(read_piece(data, "a.abc"))


def read_notation(data: bytes) -> None:
    """A score for Verovio: a process for each that is none of the other formats, so that few cases make a run."""
    kind, _ = kind_of(unpack(data), "a.krn")
    if kind not in ("humdrum", "mei"):
        raise InputError("It has become another format, with a target of its own.")
    _is_whole(read_piece(data, "a.krn"))


def _with_junk_inside(choices: bytes) -> bytes:
    """A right score, in which every three bytes change an element: its text, an attribute, its place or its being."""
    root = ElementTree.fromstring(some_score())
    for where, what, value in zip(choices[::3], choices[1::3], choices[2::3], strict=False):
        parents = [element for element in root.iter() if len(element)]
        parent = parents[where % len(parents)]
        child = parent[value % len(parent)]
        match what % 5:
            case 0:
                child.text = _RUDE_WORDS[value % len(_RUDE_WORDS)]
            case 1:
                for name in child.attrib:
                    child.set(name, _RUDE_WORDS[value % len(_RUDE_WORDS)])
            case 2:
                parent.append(deepcopy(child))
            case 3 if len(parent) > 1:
                parent.remove(child)
            case _:
                parents[value % len(parents)].insert(0, ElementTree.Element(child.tag, child.attrib))
    return ElementTree.tostring(root)


_RUDE_WORDS = ("0", "-1", "1e9", "nan", "9" * 30, "", "999999999", "0.3", "stop", "start", "x" * 300, "1-999", "H")


def _is_whole(piece: Piece) -> None:
    assert 0 <= piece.n_ticks <= MAX_TICKS
    assert len(piece.notes) <= MAX_NOTES
    assert list(piece.notes) == sorted(piece.notes)
    assert all(LOWEST_PITCH <= note.pitch <= HIGHEST_PITCH and 0 < note.velocity < 128 for note in piece.notes)
    assert all(0 <= note.onset < note.end <= piece.n_ticks for note in piece.notes)
    assert all(0 <= note.first_pulse < note.last_pulse for note in piece.notes)
    assert list(piece.measure_onsets) == sorted(set(piece.measure_onsets))


def _zipped(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", b'<container><rootfile full-path="a.xml"/></container>')
        archive.writestr("a.xml", data)
    return buffer.getvalue()


def some_score() -> bytes:
    """One of everything."""
    pitch = b"<pitch><step>C</step><alter>1</alter><octave>4</octave></pitch>"
    notes = [
        b"<note><grace/>" + pitch + b"<voice>1</voice></note>",
        b"<note>" + pitch + b"<duration>4</duration><tie type='start'/><voice>1</voice><staff>2</staff></note>",
        b"<note><chord/>" + pitch + b"<duration>4</duration></note><backup><duration>4</duration></backup>",
        b"<note><rest/><duration>4</duration></note><forward><duration>2</duration></forward>",
    ]
    start = (
        b"<attributes><divisions>4</divisions><key><fifths>-3</fifths><mode>minor</mode></key><time><beats>3+2</beats>"
        b"<beat-type>8</beat-type></time><transpose><chromatic>-2</chromatic></transpose></attributes>"
        b"<barline location='left'><repeat direction='forward'/></barline><sound tempo='90' segno='a'/>"
        b"<direction><direction-type><dynamics><p/></dynamics></direction-type>"
        b"<direction-type><wedge type='crescendo'/></direction-type>"
        b"<direction-type><pedal type='start'/></direction-type><staff>1</staff></direction>"
    )
    end = b"<barline><ending number='1' type='stop'/><repeat direction='backward' times='3'/></barline>"
    measures = b"<measure>" + start + b"".join(notes) + b"</measure><measure>" + notes[1] + end + b"</measure>"
    listed = b"<part-list><score-part id='a'><part-name>Piano</part-name></score-part></part-list>"
    return b"<score-partwise>" + listed + b"<part id='a'>" + measures + b"</part></score-partwise>"


def score_seeds() -> list[bytes]:
    """A score packed in each way, with junk inside, and what is malicious."""
    whole = some_score()
    bomb = b"<!DOCTYPE score-partwise [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><score-partwise>&b;</score-partwise>"
    timewise = b"<score-timewise><measure><part id='a'>"
    timewise += b"<note><pitch><step>C</step></pitch></note></part></measure></score-timewise>"
    junk = [b"\2" + bytes(range(first, first + 60, 7)) for first in range(0, 180, 20)]
    return [
        *junk,
        whole,
        b"\1" + whole,
        _zipped(whole),
        gzip.compress(whole),
        whole.decode().encode("utf-16"),
        bomb,
        timewise,
    ]


def tune_seeds() -> list[bytes]:
    """ABC with all that the reader knows."""
    return [
        b"X:1\nT:A tune\nM:6/8\nL:1/8\nQ:3/8=90\nK:Dmin\n|:(3DEF [Ace]2-[Ace]|{g}a2 z^c'>d:|\n",
        b"X:1\nM:C|\nL:1/16\nK:G exp ^f\n|:C4|1,3 D4-:|2 D>E F<<G::[K:Bb]Z2|[M:2+3/8]!p!A.B!D.C.!c&d3||\n",
        b"X:1\nV:1 clef=treble+8\nV:2 octave=-1\nK:HP\nV:1\n(5:4:3abcde!<(!f!<)!|\n[V:2]A,//B/4=C3/2^^D__E|]\nX:2\n",
        b'X:1\nP:A2(BA)2\nK:D\nP:A\n!segno!a4!coda!|OSb4"^To Coda"|[P:B]"D.S. al Coda"c4!fine!|\n',
        b"(3::4ab[C2E]3/{/^c[de]}f-|f ~g T!fine!a [1 A:|[2 x8 y|]",
    ]


def notation_seeds() -> list[bytes]:
    """Humdrum and MEI."""
    return [
        b"**kern\t**kern\n*M3/4\t*M3/4\n*k[b-]\t*k[b-]\n=1\t=1\n"
        b"4C\t[8cc\n.\t8cc]\n2D\t12e\n.\t6f#\n.\t4r\n==\t==\n*-\t*-\n",
        b"**kern\n*>[A,A1,A,A2]\n*>A\n=1\n1c\n*>A1\n=2\n1d\n=:|!\n*>A2\n=3\n1e\n==\n*-\n",
        b'<mei xmlns="http://www.music-encoding.org/ns/mei"><music><body><mdiv><score><scoreDef meter.count="3" '
        b'meter.unit="4"><staffGrp><staffDef n="1" lines="5"/></staffGrp></scoreDef><section><measure><staff n="1">'
        b'<layer n="1"><note dur="4" pname="c" oct="4"/></layer></staff></measure></section></score></mdiv></body>'
        b"</music></mei>",
    ]


def read_text(data: bytes) -> None:
    """A roll in the paper's text format, written and read again."""
    roll = pianoroll_from_bytes(data)
    assert roll.shape[1:] == (88,)
    assert len(roll) <= MAX_STEPS
    if len(roll) < 500:
        assert np.array_equal(pianoroll_from_text(text_from_pianoroll(roll)), roll)


def text_seeds() -> list[bytes]:
    """Words, rests, newlines, a mark at the start, letters past the alphabet."""
    return [b"HLO HLO  H", b"~", b"", "\ufeffHL\r\nO ~é ä".encode(), b"! x ! x" * 20, text_from_pianoroll(
        tune().pianoroll).encode()]  # fmt: skip


# -- what visitors made -----------------------------------------------------


def read_a_project(data: bytes) -> None:
    """A project file, or a right one with junk in some places; what is read is written and read as the same."""
    if data[:1] == b"\2":
        data = _with_junk(data[1:])
    project = read_project(data)
    if len(data) < SMALL:
        assert read_project(write_project(project)) == project


_JUNK = (None, True, 0, -1, 1, 2**70, 1.5, 1e300, "", "t1", "\ud800", "x" * 500, [], [0], [[0, 60, 4, 80]], {}, {"": 0})


def _with_junk(choices: bytes) -> bytes:
    """A right project, in which every two bytes put a value where another one was."""
    written = json.loads(write_project(some_project()))
    for where, what in zip(choices[::2], choices[1::2], strict=False):
        places = _places(written)
        inner, key = places[where % len(places)]
        if what >= 200:
            del inner[key]
        else:
            inner[key] = deepcopy(_JUNK[what % len(_JUNK)])
    return json.dumps(written).encode()


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place inside a value: what holds it, and under which name or number."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(value, key) for key, _ in inside]
    return (found + [place for holder, key in found for place in _places(holder[key])]) or [({"": 0}, "")]


def open_what_was_kept(data: bytes) -> None:
    """What a browser kept: as it stands, or with the packing put right around it."""
    if data[:1] == b"{":
        unpack_project(b64encode(zlib.compress(data, 1)).decode())
    else:
        unpack_project(data.decode("latin-1"))


def some_project() -> Project:
    """One of everything."""
    piece = tune().by("lstm1", 7, {"steps": 64})
    takes = (Take("t1", piece, 8), Take("t2", piece.slice_steps(0, 32), 0, "t1", 2))
    return Project(
        piece, 2, {"ae1": (0.5, -0.25)}, takes, ("t1",), {"played": timed()}, {"home_seed": 7, "chord": "C4"}
    )


def project_seeds() -> list[bytes]:
    """A whole project, an empty one, and neither."""
    return [
        write_project(some_project()),
        write_project(Project()),
        b'{"koe": "project", "version": 1, "piece": 0, "pieces": [{"steps": 16, "qpm": 90, "metres": [[0, 3, 4]], '
        b'"notes": [[0, 60, 4, 80], [12, 64, 4, 80]]}]}',
        b'{"koe": "project", "version": 1}',
        b"[1e999]",
        b"\2\x09\3\x20\1",
    ]


def kept_seeds() -> list[bytes]:
    """Both sides of the packing."""
    return [pack_project(some_project()).encode(), *project_seeds()]


def follow_link(data: bytes) -> None:
    """A link as it stands; or a body with checksum and packing put right around it, to get past them."""
    if data[:1] not in (b"\1", b"\2"):
        decode(data.decode("latin-1"))
        return
    squeezer = zlib.compressobj(1, zlib.DEFLATED, -15)
    body = squeezer.compress(data[1:]) + squeezer.flush()
    link = decode(urlsafe_b64encode(data[:1] + zlib.crc32(body).to_bytes(4, "big") + body).decode())
    assert decode(encode(link)) == link


def link_seeds() -> list[bytes]:
    """A link of each kind, as letters and as an open body."""
    frame, played = Frame("Tune", (Tempo(0, 96.5),), (TimeSignature(),), 8), timed()
    piece, ends = tune(), (End("bach-musette"), End("joplin-entertainer", 2, -3))
    recipes = [
        (Given(None), piece.notes),
        (Given(piece.by("lstm1", 7, {"way": "toss"}).made_by), piece.notes),
        (FromLatents("pca", (0.25, -0.5) * 8, 0.5), None),
        (Blended("pca", *ends, 0.37, 0.21), None),
        (Composed("lstm1", 41), piece.notes),
        (Continued("lstm1", piece.slice_steps(0, 16), Sampling(), 5, 64), None),
    ]
    links = [
        Link(frame, recipe, b"" if isinstance(recipe, Given) else bytes(4), bytes(6), piece.n_ticks, notes)
        for recipe, notes in recipes
    ]
    links.append(Link(Frame.of(played), Given(None), b"", bytes(6), played.n_ticks, played.notes))
    heard = Continued("lstm1", played.slice_steps(0, 16), Sampling(), 5, 64)
    links.append(Link(Frame.of(played, 16), heard, bytes(4), bytes(6), played.n_ticks, None))
    texts = [encode(link) for link in links]
    whole = [urlsafe_b64decode(text + "=" * (-len(text) % 4)) for text in texts]
    bodies = [data[:1] + zlib.decompress(data[5:], -15) for data in whole]
    return [*(text.encode() for text in texts), *bodies]


def read_latents(data: bytes) -> None:
    """Numbers as text, from the command line or an address."""
    vector = parse_latents(data.decode("utf-8", "replace"), 4, RANGE)
    assert vector.shape == (4,)
    assert ((vector >= RANGE[0]) & (vector <= RANGE[1])).all()


def read_messages(data: bytes) -> None:
    """What sliders and piano of a page send, which anybody can send."""
    try:
        sent = json.loads(data)
    except (ValueError, RecursionError):
        return  # Streamlit turns these away
    vector = vector_from(sent, "ae1", 4, RANGE)
    assert vector is None or (np.abs(vector) <= RANGE[1]).all()
    for read in (pitches_from_message, recording_from_message):
        with suppress(InputError):
            read(sent)


def message_seeds() -> list[bytes]:
    """One message of each kind."""
    presses = [[0, 60, 100, 500], [250.5, 64, 80, 400], {"pitch": 60}]
    return [
        json.dumps({"model": "ae1", "latents": [0, 1.5, -9, 1e9]}).encode(),
        json.dumps({"presses": presses, "qpm": 90, "count": 4}).encode(),
        json.dumps([60, 64, 67]).encode(),
        b'{"model": "ae1", "latents": [NaN, Infinity, 1' + b"0" * 400 + b", 1]}",
    ]


# -- corpora and models -----------------------------------------------------


def read_a_manifest(data: bytes) -> None:
    """The table above a corpus, and what works it makes."""
    _FILE.write_bytes(data)
    assign_works({os.path.basename(path) or "x": row for path, row in read_manifest(_FILE).items()})


def manifest_seeds() -> list[bytes]:
    """Tables, whole and not."""
    head = "path,split,work_group,composer,title,licence\n"
    return [
        (head + 'a/1.mid,train,w1,Bach,"A, ""B""",CC0\nb/2.mid,,,,é,\n').encode(),
        "\ufeffpath\n../x.mid\n".encode(),
        (head + '"open').encode(),
        b"nothing\n1\n",
    ]


def open_corpus(data: bytes) -> None:
    """The index of a corpus, and every piece that it tells of."""
    (FOLDER / "index.json").write_bytes(data)
    corpus = Corpus(FOLDER)
    for entry in corpus.entries[:3]:
        assert corpus.pianoroll(entry).shape == (entry.n_steps, 88)


def corpus_seeds() -> list[bytes]:
    """An index of two pieces, beside the rolls of four measures."""
    np.save(FOLDER / "pianoroll.npy", np.zeros((64, 11), np.uint8))
    names = {"split": "train", "work": "w", "composer": "c", "title": "t", "licence": "l"}
    numbers = {"n_steps": 32, "n_notes": 3, "measure_steps": 16, "qpm": 100.0}
    entries = [{"path": f"{start}.mid", "start": start, **names, **numbers} for start in (0, 32)]
    return [json.dumps({"format_version": 1, "sha256": "0", "entries": entries}).encode(), b"{}", b"[]", b"null"]


def open_originality(data: bytes) -> None:
    """The index of fingerprints."""
    (FOLDER / "index.json").write_bytes(data)
    Index(FOLDER)


def originality_seeds() -> list[bytes]:
    """Something like an index."""
    limits = {"notes": 4, "places": 3}
    return [json.dumps({"format_version": version, "corpus_sha256": "0", "limits": [limits],
                        "sources": [["a.mid", "c", "t", 0, 64]]}).encode() for version in (1, 2, 3)]  # fmt: skip


def unpack_archive(data: bytes) -> None:
    """An archive from a page of music; names are made safe before anything is written."""
    for name, content, _ in midi_members(data, 10_000):
        assert len(content) <= 10_000
        safe = safe_name(name)
        assert "/" not in safe
        assert "\\" not in safe
        assert safe not in ("", ".", "..")


def archive_seeds() -> list[bytes]:
    """A small archive, stored and deflated, with a path that leads out."""
    seeds = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            archive.writestr("a/../../b.mid", b"MThd" * 30)
            archive.writestr("read me.txt", b"hello")
        seeds.append(buffer.getvalue())
    return seeds


def read_page(data: bytes) -> None:
    """A page of music and a robots.txt, as other people's servers send them."""
    text = data.decode("utf-8", "replace")
    for address in music_links(text, "https://example.org/a/"):
        assert "/" not in safe_name(name_in(address))
    parse_robots(text, "koe").allows("/a/b.mid?c")


def page_seeds() -> list[bytes]:
    """A page with links of all kinds, and rules."""
    return [
        b'<base href="//x/"><a href="a.mid">A</a><object data="../b%2fc.zip"></object><midi-player src=d.midi>',
        b"User-agent: *\nDisallow: /*.mid$\nAllow: /a/*b*c\nCrawl-delay: 2\n",
        b'<a href="https://[::1"><![CDATA[<!-- &#x110000;',
    ]


def read_weights(data: bytes) -> None:
    """Arrays that no card vouches for; and with a card of another file."""
    _FILE.write_bytes(data)
    load_arrays(_FILE)


def read_weights_of_a_card(data: bytes) -> None:
    """Nothing of a file is looked at before its hash is that of the card."""
    _FILE.write_bytes(data)
    load_weights(_FILE, "0" * 64)


def archived(**arrays: object) -> bytes:
    """Arrays as NumPy archives them."""
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return buffer.getvalue()


def weight_seeds() -> list[bytes]:
    """Halves, a text, an object that would have to be unpickled, and no array at all."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("w.npy", b"no array")
    return [
        archived(w=np.ones((3, 2), np.float16), b=np.zeros(2, np.float16)),
        archived(w=np.array("text")),
        archived(w=np.array([{}], dtype=object)),
        buffer.getvalue(),
    ]


def read_card(data: bytes) -> None:
    """The card of a model."""
    _FILE.write_bytes(data)
    load_card(_FILE)


def card_seeds() -> list[bytes]:
    """A shipped card and others."""
    shipped = Path(__file__).resolve().parents[2] / "assets" / "models" / "pca.json"
    return [shipped.read_bytes(), b"{}", b"[]", b'{"name": 1, "latent_range": 3}']


def read_records(data: bytes) -> None:
    """How a model was trained, and what its latent numbers mean."""
    _FILE.write_bytes(data)
    for load in (load_record, load_axes):
        with suppress(ModelError):
            load(_FILE)


def record_seeds() -> list[bytes]:
    """Archives with some of the names."""
    packed = np.zeros((1, 4, 11), np.uint8)
    about = np.frombuffer(b'{"descriptors": [], "names": [], "titles": [], "composers": []}', np.uint8)
    return [
        archived(weight_epochs=np.arange(2), piece_epochs=np.arange(1), pieces=packed, original=packed[0]),
        archived(about=about, mean=np.zeros(2)),
    ]


def read_frame(data: bytes) -> None:
    """What comes on a page's connection: refused with a code that WebSockets know, or what a page may have sent."""
    refusal: Refused | None = None
    try:
        message = read_message(data)
    except Refused as refused:
        refusal = refused
    if refusal is not None:
        assert refusal.code in (1002, 1003, 1008, 1009)
        assert len(refusal.reason.encode()) <= 123  # the most that a closing frame holds
        raise InputError(refusal.reason)
    if message is not None:
        widgets = message.rerun_script.widget_states.widgets
        assert len(widgets) <= MAX_WIDGETS
        assert all(widget.id.startswith("$$") for widget in widgets)


def frame_seeds() -> list[bytes]:
    """A message of every kind, and a page's state with every kind of value."""
    state = BackMsg()
    widgets = state.rerun_script.widget_states.widgets
    widgets.add(id="$$ID-a-one", json_value='{"a": [1, "]", {"b": []}]}')
    widgets.add(id="$$ID-a-two", json_trigger_value='[[[0, 60, 80], "\\""]]')
    widgets.add(id="$$ID-a-three").double_array_value.data.extend([0.5, 1.5])
    widgets.add(id="$$ID-a-four").file_uploader_state_value.uploaded_file_info.add(file_id="x")
    widgets.add(id="$$ID-a-five", bytes_value=b"x")
    state.rerun_script.query_string = "a=b"
    state.rerun_script.cached_message_hashes.extend(["a", "b"])
    file = BackMsg()
    file.backend_operation_request.deferred_file.file_id = "x"
    names = BackMsg()
    names.file_urls_request.file_names.append("a.mid")
    simple = [BackMsg(**{name: True}) for name in ("clear_cache", "stop_script", "app_heartbeat", "load_git_info")]
    return [message.SerializeToString() for message in (state, file, names, *simple)]


TARGETS: dict[str, Target] = {
    "midi": Target(read_music, midi_seeds, 2048),
    "sound": Target(play, midi_seeds, 2048),
    "score": Target(read_score, score_seeds, 4096),
    "tune": Target(read_tune, tune_seeds, 1024),
    "notation": Target(read_notation, notation_seeds, 1024, 30.0),
    "recording": Target(hear, recording_seeds, 8192),
    "text": Target(read_text, text_seeds),
    "project": Target(read_a_project, project_seeds),
    "kept": Target(open_what_was_kept, kept_seeds),
    "link": Target(follow_link, link_seeds, 2048),
    "latents": Target(read_latents, lambda: [b"0.5, -1 2,3", b"nan 1 1 1", b"1e999,0,0,0", b"1_0 0 0 0"], 256),
    "messages": Target(read_messages, message_seeds, 1024),
    "frames": Target(read_frame, frame_seeds, 2048),
    "manifest": Target(read_a_manifest, manifest_seeds, 1024),
    "corpus": Target(open_corpus, corpus_seeds, 2048),
    "originality": Target(open_originality, originality_seeds, 1024),
    "archive": Target(unpack_archive, archive_seeds, 1024),
    "page": Target(read_page, page_seeds, 1024),
    "weights": Target(read_weights, weight_seeds, 1024),
    "card": Target(read_card, card_seeds, 4096),
    "records": Target(read_records, record_seeds, 2048),
    "foreign-weights": Target(read_weights_of_a_card, weight_seeds, 1024),
}


_RUDE = (b"9" * 30, b"-1", b"1e999", b"null", b"[" * 200, b"\xff\xff\xff\x7f")


def mutated(seeds: Sequence[bytes], chance: random.Random, max_bytes: int) -> bytes:
    """A seed with a few bytes changed, left out, repeated, or cut off; without knowing what it does."""
    data = bytearray(chance.choice(seeds)[:max_bytes])
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(6):
            case 0 if data:
                data[place % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 1:
                del data[place : place + chance.choice((1, 4, 64))]
            case 2:
                data[place:place] = chance.randbytes(chance.choice((1, 2, 8)))
            case 3:
                data[place:place] = data[place : place + chance.choice((4, 32, 256))]
            case 4:
                data[place:place] = chance.choice(
                    (b"9" * 30, b"-1", b"1e999", b"null", b"[" * 200, b"\xff\xff\xff\x7f")
                )
            case _:
                del data[place:]
    return bytes(data[:max_bytes])
