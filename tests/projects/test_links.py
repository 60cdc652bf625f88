"""A link brings back the very same MIDI file, or says why not; what is no link is refused in a sentence."""

import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import BusyError, LinkError
from koe.models.sampling import Sampling
from koe.music.grid import TICKS_PER_STEP
from koe.music.making import Making
from koe.music.notes import Note, note_at_step
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.projects.links import MAX_LINK_CHARS, Link, decode, encode, fitting, shortened
from koe.projects.opening import make_link, open_link
from koe.projects.packing import Packer
from koe.projects.recipes import Blended, Composed, Continued, End, Frame, FromLatents, Given, Path, end_in
from tests.projects.strategies import frames, notes_within, recipes

FRAME = Frame("A piece", (Tempo(0, 100.0),), (TimeSignature(),), None)
WHOLE = "Copy the whole of it once more"


@st.composite
def links(draw):
    on_steps, n_ticks = draw(st.booleans()), draw(st.integers(0, 300)) * TICKS_PER_STEP
    recipe = draw(recipes(n_ticks, on_steps))
    frame = draw(frames(on_steps, st.none() | st.integers(0, n_ticks // TICKS_PER_STEP)))
    notes = draw(notes_within(n_ticks, on_steps))
    n_ticks += 0 if on_steps else draw(st.integers(0, 5))
    if isinstance(recipe, Given):
        return Link(frame, recipe, b"", bytes(6), n_ticks, notes)
    weights, checksum = draw(st.binary(min_size=4, max_size=4)), draw(st.binary(min_size=6, max_size=6))
    if isinstance(recipe, Continued) and recipe.prompt:
        # Its notes begin with those that were heard.
        later = [note for note in notes if note.onset >= recipe.prompt.n_ticks]
        notes = tuple(sorted([*recipe.prompt.notes, *later]))
    return Link(frame, recipe, weights, checksum, n_ticks, draw(st.none() | st.just(notes)))


@given(links())
@settings(max_examples=120)
def test_every_link_is_read_as_it_was_written(link):
    text = encode(link)
    assert text.isascii()
    assert text.replace("-", "").replace("_", "").isalnum()
    assert decode(text) == link


@given(links(), st.data())
@settings(max_examples=60)
def test_a_sign_that_was_changed_or_lost_is_noticed(link, data):
    text = encode(link)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda sign: sign != text[place]))
    for damaged in (text[:place] + other + text[place + 1 :], text[:place] + text[place + 1 :], text[:place]):
        with suppress(LinkError):
            # Base64 leaves up to four bits of the last sign unused.
            assert decode(damaged) == link


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda data: urlsafe_b64encode(b"\1" + data).decode()))
@settings(max_examples=100)
def test_nothing_but_a_link_is_one(text):
    with pytest.raises(LinkError):
        decode(text)


def sealed(payload: bytes, version: int = 1) -> str:
    """A link whose checksum is right, whatever it holds."""
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezer.compress(payload) + squeezer.flush()
    return urlsafe_b64encode(bytes([version]) + zlib.crc32(body).to_bytes(4, "big") + body).decode().rstrip("=")


def packed(kind: int, *, qpm: float = 100.0, n_steps: int = 64, metre=(0, 4, 4), notes=None) -> Packer:
    """The beginning that all links have."""
    packer = Packer()
    packer.count(kind)
    packer.text("A piece")
    packer.number(qpm)
    packer.signatures([TimeSignature(metre[0] * TICKS_PER_STEP, *metre[1:])], TICKS_PER_STEP)
    packer.optional(None)
    packer.raw(bytes(6))
    packer.count(n_steps)
    packer.count(int(notes is not None))
    if notes is not None:
        packer.notes(notes, TICKS_PER_STEP)
    return packer


def given_link(**head) -> bytes:
    packer = packed(0, **{"notes": [note_at_step(0, 60, 4)], **head})
    packer.count(0)
    return bytes(packer.data)


def continued_link(n_steps=64, n_variations=1, variation=1, temperature=1.0, top_p=1.0) -> bytes:
    packer = packed(5)
    packer.raw(bytes(4))
    packer.text("lstm1")
    packer.count(0)
    for number in (temperature, 0.5, top_p, 0.0, 0.0):
        packer.number(number)
    for number in (7, n_steps, n_variations, variation, 1, 0):
        packer.count(number)
    return bytes(packer.data)


def latents_link(value: float = 0.0, threshold: float = 0.5, claimed: int = 16) -> bytes:
    packer = packed(1)
    packer.raw(bytes(4))
    packer.text("pca")
    packer.count(claimed)
    packer.count(0)
    packer.raw(struct.pack("<16f", *[value] * 16))
    packer.number(threshold)
    return bytes(packer.data)


def timed_link(
    *, tempos=((0, 500_000),), metre=(0, 4, 4), upbeat=0, key=26, pedal=((480, 127), (960, 0)), note=(8, 60, 8), moved=5
) -> bytes:
    """A link of the second version, whose times are ticks and pulses."""
    packer = Packer()
    packer.count(0)
    packer.text("A piece")
    packer.count(len(tempos))
    packer.onsets([onset for onset, _ in tempos])
    for _, microseconds in tempos:
        packer.count(microseconds)
    packer.signatures([TimeSignature(*metre)], 1)
    packer.optional(None)
    packer.count(upbeat)
    packer.count(1)
    packer.count(24)
    packer.count(key)
    packer.count(len(pedal))
    packer.onsets([onset for onset, _ in pedal])
    packer.data += bytes(value for _, value in pedal)
    packer.count(1)
    packer.raw(bytes(6))
    packer.count(384)
    packer.count(1)
    onset, pitch, duration = note
    for number in (1, onset, pitch, duration, 1, 1):
        packer.count(number)
    packer.signed(moved)
    packer.signed(-moved)
    packer.count(0)
    return bytes(packer.data)


def test_the_table_below_is_right_but_for_what_it_names():
    link = decode(sealed(timed_link(), 2))
    assert link.notes == (Note(8, 60, 8, 80, 5, -5),)
    assert link.frame == Frame(
        "A piece",
        (Tempo(0, 120.0),),
        (TimeSignature(),),
        keys=(KeySignature(24, 6, "major"),),
        pedal=(Pedal(480, 127), Pedal(960, 0)),
        beats_estimated=True,
    )
    assert decode(sealed(given_link())).notes == (note_at_step(0, 60, 4),)
    assert decode(sealed(continued_link())).recipe.n_steps == 64
    assert len(decode(sealed(latents_link())).recipe.latents) == 16


HOSTILE = {
    "empty": ("", WHOLE),
    "another text": ("Hello, world!", "belong to no link"),
    "a script": ("<script>alert(1)</script>", "belong to no link"),
    "a path": ("../../etc/passwd", "belong to no link"),
    "huge": ("A" * 9000, "9,000 characters; at most 8,192"),
    "a bomb": (sealed(bytes(4_000_000)), WHOLE),
    "from tomorrow": (sealed(given_link(), version=5), "newer version"),
    "more after the end": (sealed(given_link() + b"x"), WHOLE),
    "an unknown kind": (sealed(b"\x09" + given_link()[1:]), WHOLE),
    "a number without end": (sealed(b"\xff" * 40), WHOLE),
    "a tempo of none": (sealed(given_link(qpm=float("nan"))), WHOLE),
    "a tempo of a million": (sealed(given_link(qpm=1e6)), WHOLE),
    "a year of music": (sealed(given_link(n_steps=10**8)), WHOLE),
    "a metre of none": (sealed(given_link(metre=(0, 4, 3))), WHOLE),
    "a metre too late": (sealed(given_link(metre=(4, 4, 4))), WHOLE),
    "a note past the end": (sealed(given_link(notes=[note_at_step(60, 60, 5)])), WHOLE),
    "a note beyond the piano": (sealed(given_link(notes=[note_at_step(0, 120, 4)])), WHOLE),
    "a note without loudness": (sealed(given_link(notes=[note_at_step(0, 60, 4, 0)])), WHOLE),
    "notes that are promised": (sealed(given_link()[:-5] + b"\xff\xff\x03"), WHOLE),
    "no notes and no recipe": (sealed(bytes(packed(0).data) + b"\0"), WHOLE),
    "an hour of work": (sealed(continued_link(n_steps=2000)), WHOLE),
    "no work": (sealed(continued_link(n_steps=0)), "asks for 0 sixteenths"),
    "a hundred variations": (sealed(continued_link(n_variations=100)), WHOLE),
    "a variation that is none": (sealed(continued_link(variation=2)), "in 1 variations"),
    "a heat of a thousand": (sealed(continued_link(temperature=1000.0)), "temperature lies between"),
    "an endless heat": (sealed(continued_link(temperature=float("inf"))), WHOLE),
    "odds of nothing": (sealed(continued_link(top_p=0.1)), "top_p"),
    "a million numbers": (sealed(latents_link(claimed=10**6)), WHOLE),
    "numbers that are none": (sealed(latents_link(float("nan"))), WHOLE),
    "numbers far out": (sealed(latents_link(1e30)), WHOLE),
    "a threshold of none": (sealed(latents_link(threshold=float("nan"))), WHOLE),
    "a first tempo too late": (sealed(timed_link(tempos=((9, 500_000),)), 2), WHOLE),
    "two tempos at once": (sealed(timed_link(tempos=((0, 500_000), (0, 400_000))), 2), WHOLE),
    "no tempo": (sealed(timed_link(tempos=()), 2), WHOLE),
    "a tempo beyond all": (sealed(timed_link(tempos=((0, 1),)), 2), WHOLE),
    "a tempo after a year": (sealed(timed_link(tempos=((0, 500_000), (10**9, 400_000))), 2), WHOLE),
    "a metre after the first tick": (sealed(timed_link(metre=(4, 4, 4)), 2), WHOLE),
    "a long upbeat": (sealed(timed_link(upbeat=10**6), 2), WHOLE),
    "eight sharps": (sealed(timed_link(key=30), 2), WHOLE),
    "a pedal below the floor": (sealed(timed_link(pedal=((480, 128),)), 2), WHOLE),
    "a pedal twice at once": (sealed(timed_link(pedal=((480, 127), (480, 0))), 2), WHOLE),
    "a tick past the end": (sealed(timed_link(note=(380, 60, 5)), 2), WHOLE),
    "a key below the piano": (sealed(timed_link(note=(8, 20, 8)), 2), WHOLE),
    "played a year late": (sealed(timed_link(moved=10**8), 2), WHOLE),
    "a second version with more": (sealed(timed_link() + b"x", 2), WHOLE),
    "version 0": (sealed(given_link(), version=0), WHOLE),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_link_gets_a_sentence(name):
    text, sentence = HOSTILE[name]
    with pytest.raises(LinkError, match=sentence.replace("?", r"\?")):
        decode(text)


@pytest.mark.parametrize(
    ("recipe", "sentence"),
    [
        (FromLatents("pca", (0.0,) * 15, 0.5), "15 numbers for PCA, which takes 16"),
        (FromLatents("lstm1", (), 0.5), "no latent space"),
        (FromLatents("gpt", (0.0,), 0.5), "no model 'gpt'"),
        (Composed("pca", 3), "cannot continue"),
        (Blended("pca", End("../secret"), End("bach-musette"), 0.5, 0.5), "secret"),
        (Path("pca", End("bach-musette", 999), End("bach-musette"), 3, 0.5), "Measure 999 does not exist"),
    ],
)
def test_what_cannot_be_made_here_is_said_where_no_notes_came(studio, recipe, sentence):
    link = decode(encode(Link(FRAME, recipe, bytes(4), bytes(6), 384, None)))
    with pytest.raises(LinkError, match=sentence):
        open_link(studio, link)
    # Where they came, they are heard.
    opened = open_link(studio, replace(link, notes=(note_at_step(0, 60, 4),)))
    assert opened.piece.notes == (note_at_step(0, 60, 4),)
    assert "travelled in the link" in opened.remark


def sliders() -> np.ndarray:
    return np.round(np.linspace(-0.7, 0.9, 16), 2)


def pieces_of_each_kind(studio):
    first = studio.segment(studio.demo_piece("bach-invention-1"), 1)
    entertainer = studio.demo_piece("joplin-entertainer").transposed(-3)
    second = studio.segment(entertainer, 2)
    ends = End("bach-invention-1"), end_in(entertainer, 2, studio)
    assert ends[1] == End("joplin-entertainer", 2, -3)
    phrase = studio.demo_piece("petzold-minuet-g-major").slice_steps(0, 24)
    metre = phrase.time_signatures
    far = Sampling("toss", temperature=0.9)
    yield (
        FromLatents,
        studio.piece_from_latents(sliders(), "pca", 0.2, qpm=92.5, title="From sixteen", time_signatures=metre),
        None,
    )
    yield FromLatents, studio.piece_from_latents(studio.encode(first, "pca"), "pca"), None
    blend = studio.blend_piece(first, second, "pca", 0.37, 0.21, qpm=110.37, title="Half way", time_signatures=metre)
    yield Blended, blend, Blended("pca", *ends, 0.37, 0.21)
    yield FromLatents, blend, None
    path = studio.morph(first, second, "pca", 5, 0.2, qpm=101.0, title="The way", way="circle")
    yield Path, path, Path("pca", *ends, 5, 0.2, "circle")
    yield Composed, studio.compose(41), None
    chord = studio.chord([60, 64, 67], 8)
    for made in studio.continue_piece(chord, 96, "lstm1", far, 5, 3):
        yield Continued, made, None
    yield Continued, studio.continue_piece(phrase, 80, "lstm1", None, 7, guard=False)[0], None
    yield Continued, studio.continue_piece(None, 80, "lstm1", None, 8)[0], None
    yield Given, studio.demo_piece("satie-gymnopedie-1"), None


def test_every_kind_is_made_anew_byte_for_byte(studio, new_studio):
    there = new_studio()
    for kind, piece, recipe in pieces_of_each_kind(studio):
        text = make_link(studio, piece, None, recipe)
        assert len(text) <= MAX_LINK_CHARS
        assert type(decode(text).recipe) is kind
        opened = open_link(there, text)
        assert there.midi(opened.piece) == studio.midi(piece)
        assert (opened.same, opened.made_anew, opened.remark) == (True, kind is not Given, "")
        # The code that a camera reads holds less, and brings the same.
        short = shortened(text)
        assert len(short) <= len(text)
        assert there.midi(open_link(there, short).piece) == studio.midi(piece)


def test_a_chosen_vector_takes_few_letters(studio):
    piece = studio.piece_from_latents(sliders(), "pca", 0.2, qpm=92.5, title="From sixteen")
    assert len(shortened(make_link(studio, piece))) < 120


def test_other_weights_are_named_and_the_notes_heard_as_sent(studio, new_studio):
    piece = studio.continue_piece(studio.chord([60, 64, 67], 8), 96, "lstm1", None, 5)[0]
    text = make_link(studio, piece)
    there = new_studio(chance=0.02, lstm1="cd" * 32)
    opened = open_link(there, text)
    assert there.midi(opened.piece) == studio.midi(piece)
    assert (opened.same, opened.made_anew) == (True, False)
    assert "other weights of LSTM1" in opened.remark
    assert "travelled in the link" in opened.remark
    assert opened.piece.made_by == Making("lstm1", 5)

    alone = open_link(there, shortened(text))
    assert (alone.same, alone.made_anew) == (False, True)
    assert "not the piece that was sent" in alone.remark


def test_the_same_weights_that_come_to_other_notes_are_told_apart(studio, new_studio):
    text = make_link(studio, studio.compose(3))
    opened = open_link(new_studio(chance=0.012), text)
    assert "another processor" in opened.remark
    assert "weights" not in opened.remark


def test_where_too_much_is_asked_for_nothing_is_said_of_the_piece(studio, monkeypatch):
    text = make_link(studio, studio.compose(3))

    def too_much(*arguments):
        raise BusyError("Too much is being asked for.")

    monkeypatch.setattr(studio, "compose", too_much)
    with pytest.raises(BusyError):
        open_link(studio, text)


def test_other_weights_that_make_the_same_music_are_no_matter(studio, new_studio):
    opened = open_link(new_studio(lstm1="cd" * 32), make_link(studio, studio.compose(3)))
    assert (opened.same, opened.made_anew, opened.remark) == (True, True, "")


def test_a_piece_that_was_changed_since_carries_its_notes(studio):
    """A cut or a piece that says something else of itself than is true is not made anew, but sent as it is."""
    piece = studio.compose(3)
    for changed in (piece.slice_steps(64, 128), replace(piece, notes=piece.notes[1:]), piece.by("lstm1", 4)):
        text = make_link(studio, changed)
        assert isinstance(decode(text).recipe, Given)
        assert studio.midi(open_link(studio, text).piece) == studio.midi(changed)


def test_notes_that_do_not_fit_stay_behind_and_then_the_piece(studio):
    rng = np.random.default_rng(3)
    drawn = {(int(onset), int(pitch)) for onset, pitch in rng.integers((0, 21), (2000, 109), (3000, 2))}
    long = Piece.on_steps(tuple(note_at_step(*one) for one in sorted(drawn)), 2048)
    with pytest.raises(LinkError, match=r"does not fit into a link: .* 2,000 .* project file"):
        make_link(studio, long)
    link = Link(FRAME, Composed("lstm1", 3), bytes(4), bytes(6), long.n_ticks, long.notes)
    assert decode(fitting(link)).notes is None
    assert len(fitting(link)) < 100


def test_a_link_asks_for_no_more_than_the_pages_do(studio):
    piece = studio.continue_piece(studio.chord([60], 8), 1500, "lstm1", Sampling(temperature=3.0), 5)[0]
    assert isinstance(decode(make_link(studio, piece, most=10**5)).recipe, Given)


def in_its_own_time() -> Piece:
    """An upbeat of a triplet, dynamics, a ritardando, the pedal, two keys, and a hand that plays late."""
    notes = [Note(8 * n, 60 + n % 12, 8, 50 + n, 3 * (n % 3), -n) for n in range(46)]
    return Piece(
        tuple(sorted([*notes, Note(24, 36, 72, 90), Note(0, 48, 23, 41, 7, 11)])),
        46 * 8,
        (Tempo(0, 96.3), Tempo(2000, 81.25), Tempo(4321, 60.0)),
        (TimeSignature(0, 3, 4), TimeSignature(168, 2, 4)),
        24,
        (KeySignature(0, -3, "minor"), KeySignature(168, 4)),
        (Pedal(470, 127), Pedal(1433, 64), Pedal(1913, 0)),
        "In its own time",
    )


def test_a_piece_in_its_own_time_comes_back_as_it_is(studio):
    piece = in_its_own_time()
    for changed in (piece, replace(piece, beats_estimated=True), replace(piece, n_ticks=piece.n_ticks + 5)):
        opened = open_link(studio, make_link(studio, changed))
        assert opened.piece == changed
        assert (opened.same, opened.remark) == (True, "")


def test_what_is_on_sixteenths_is_written_as_it_was_before(studio):
    """So that it is not a letter longer, and older versions open it."""
    on_steps = replace(studio.demo_piece("bach-musette"), tempos=(Tempo(0, 96.3),))
    assert urlsafe_b64decode(make_link(studio, on_steps) + "==")[0] == 1
    for changed in (
        {"upbeat": 15},
        {"keys": (KeySignature(0, 2),)},
        {"pedal": (Pedal(0, 127),)},
        {"tempos": (Tempo(), Tempo(960, 90.0))},
        {"notes": (*on_steps.notes[:-1], replace(on_steps.notes[-1], shift=1))},
        {"beats_estimated": True},
        {"n_ticks": on_steps.n_ticks + 1},
    ):
        piece = replace(on_steps, **changed)
        text = make_link(studio, piece)
        assert urlsafe_b64decode(text + "==")[0] == 2, changed
        assert studio.midi(open_link(studio, text).piece) == studio.midi(piece)


def test_what_goes_on_from_a_piece_in_its_own_time_is_made_anew(studio, new_studio):
    prompt = in_its_own_time()
    (made,) = studio.continue_piece(prompt, 64, "lstm1", None, 7)
    for text in (make_link(studio, made), shortened(make_link(studio, made))):
        opened = open_link(new_studio(), text)
        assert (opened.same, opened.made_anew) == (True, True)
        assert opened.piece.notes == made.notes
        assert opened.link.frame.made_from == 62  # 368 ticks are 61 sixteenths and a third
