"""Taking a piece home: the archive, its readme, and names of files."""

import io
import zipfile
from dataclasses import replace

import pytest

from koe.audio import Audio
from koe.errors import AudioError, Cancelled
from koe.models.cards import ModelCard
from koe.music.making import Making
from koe.music.midi import read_midi
from koe.music.notes import Note, note_at_step
from koe.music.piece import Pedal, Piece, Tempo, TimeSignature
from koe.scores.engrave import engrave
from koe.studio.exports import PARTS, Exports, file_stem

CARD = ModelCard("lstm1", "LSTM1", "continuation", "", "", 12, "lstm1.npz", "c0ffee")
MADE = Piece.on_steps(
    (note_at_step(0, 60, 4), note_at_step(4, 64, 8)),
    16,
    90.0,
    title="Für Elise, continued",
    made_by=Making("lstm1", 7, (("temperature", "0.97"),)),
)


class Home(Exports):
    """A studio with one card and no synthesizer to wait for."""

    def __init__(self, sound=True):
        super().__init__()
        self.sound = sound

    @property
    def registry(self):
        return self

    def card(self, name):
        return {"lstm1": CARD}[name]

    def render(self, piece, format="mp3", **_):
        if not self.sound:
            raise AudioError("There is no synthesizer.")
        return Audio(b"la", format, f"audio/{format}", 2.0, 44100, "Humming", "TimGM6mb.sf2")


def opened(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_archive_holds_every_format_and_says_how_the_piece_was_made():
    files = opened(Home().bundle(MADE))
    stem = "fur-elise-continued"
    assert set(files) == {
        "README.txt",
        *(f"{stem}.{ending}" for ending in ("mid", "musicxml", "pdf", "svg", "txt", "mp3", "ogg", "wav")),
        f"{stem}-pianoroll.svg",
        f"{stem}-pianoroll.png",
    }
    assert read_midi(files[f"{stem}.mid"]).notes == MADE.notes
    assert b"Made with Koe, LSTM1, seed 7" in files[f"{stem}.musicxml"]
    readme = files["README.txt"].decode()
    for line in ("Network: LSTM1", "Seed: 7", "temperature: 0.97", "SHA-256 of the weights: c0ffee", "CC BY-SA 4.0"):
        assert line in readme
    assert "Played by Humming with the soundfont TimGM6mb.sf2. That soundfont is under the GPL" in readme
    assert all(name in readme for name in files if name != "README.txt")


def test_the_readme_speaks_of_the_time_that_a_piece_has():
    def told(**fields):
        piece = replace(MADE, **fields)
        return Home()._readme(piece, {"a.txt": b""}, {}, None)

    assert "2 notes, 1 measures, 4/4, 90 quarter notes a minute\n" in told()
    readme = told(
        tempos=(Tempo(0, 100.0), Tempo(960, 50.0)),
        time_signatures=(TimeSignature(0, 3, 4), TimeSignature(84, 2, 4)),
        upbeat=12,
        notes=(*MADE.notes[:1], Note(32, 64, 40)),
        pedal=(Pedal(0, 127),),
    )
    assert "3/4 with an upbeat, 1 change of metre, 75 quarter notes a minute on average (50 to 100)" in readme
    assert "The sustain pedal is in the MIDI file and in the sound." in readme
    assert "1 of 2 notes lies between sixteenths; in the text it stands at the nearest one." in readme
    free = told(tempos=(Tempo(0, 100.0), Tempo(960, 50.0)), beats_estimated=True)
    assert "on average, played freely (50 to 100)" in free
    for words in ("sustain pedal", "between sixteenths", "upbeat"):
        assert words not in told()


def test_the_same_piece_gives_the_same_archive():
    assert Home().bundle(MADE) == Home().bundle(MADE)


def test_a_wav_of_a_long_piece_is_left_out_and_the_readme_says_so():
    files = opened(Home().bundle(MADE, max_wav_sec=1.0))
    assert not [name for name in files if name.endswith(".wav")]
    assert [name for name in files if name.endswith(".mp3")]
    assert "without wav: WAV files are made of pieces up to 0.0166667 minutes long." in files["README.txt"].decode()


def test_what_cannot_be_made_is_left_out_with_its_reason():
    files = opened(Home(sound=False).bundle(MADE))
    assert not [name for name in files if name.endswith((".mp3", ".ogg", ".wav"))]
    assert "without mp3: There is no synthesizer." in files["README.txt"].decode()


def test_a_piece_of_unknown_making_and_of_several_pages():
    notes = tuple(note_at_step(step, 60 + step % 12, 1) for step in range(640))
    files = opened(Home().bundle(Piece.on_steps(notes, 640), sound=False))
    assert {"koe-piece-1.svg", "koe-piece-2.svg"} <= set(files)
    assert "not known by which" in files["README.txt"].decode()


@pytest.mark.parametrize(("sound", "parts"), [(True, PARTS), (False, PARTS[:-3])])
def test_parts_are_made_in_the_order_that_is_told(sound, parts):
    made = opened(Home().bundle(MADE, sound=sound))
    names = [name for name in made if name != "README.txt"]
    assert [name.removeprefix(file_stem(MADE.title)).lstrip(".-") for name in names] == list(parts)


def test_progress_is_told_and_a_stop_is_heard():
    told = []
    Home().bundle(MADE, progress=lambda done, total: told.append((done, total)))
    assert told == [(done, 10) for done in range(11)]
    with pytest.raises(Cancelled):
        Home().bundle(MADE, should_stop=lambda: True)


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Für Elise, continued by LSTM1", "fur-elise-continued-by-lstm1"),
        ("../../etc/passwd", "etc-passwd"),
        ("", "koe-piece"),
        ("声", "声"),
        ("Prelude in C♯ minor, B♭ and F# (A#)", "prelude-in-c-sharp-minor-b-flat-and-f-sharp-a-sharp"),
        ("C sharp minor", "c-sharp-minor"),
        ("Sonata #2, Op. 3 in C", "sonata-2-op-3-in-c"),
        ("Лунная соната", "лунная-соната"),
        ("Чайковский: Йод", "чайковский-йод"),
        ("月光 第1楽章", "月光-第1楽章"),
        ("संगीत", "संगीत"),
        ("Ständchen für Sørensen, Łódź, Weiß", "standchen-fur-sorensen-lodz-weiss"),
        ("Nocturne\u202egnp.exe", "nocturne-gnp-exe"),
        ("♪♫", "koe-piece"),
        ("CON", "koe-con"),
        ("com1", "koe-com1"),
        ("a" * 300, "a" * 80),
    ],
)
def test_file_names_suit_every_system(title, stem):
    assert file_stem(title) == stem
    assert file_stem(stem) == stem


def test_file_names_leave_room_for_their_endings_in_any_script():
    stem = file_stem("音" * 300)
    assert set(stem) == {"音"}
    assert len(stem.encode()) <= 200


def test_who_made_it_is_no_part_of_the_music():
    assert Piece.on_steps(MADE.notes, 16, 90.0, title=MADE.title) == MADE
    assert MADE.slice_steps(0, 8).made_by == MADE.made_by


def test_an_archive_takes_one_look_for_the_score(monkeypatch):
    found = []
    monkeypatch.setattr("koe.scores.engrave.engrave", lambda *made: found.append(made) or engrave(*made))
    files = opened(Home().bundle(MADE, sound=False))
    assert {"fur-elise-continued.musicxml", "fur-elise-continued.pdf", "fur-elise-continued.svg"} < set(files)
    assert len(found) == 1


def test_a_score_that_was_made_gives_what_its_piece_gives():
    home = Home()
    score = home.score(MADE)
    assert home.musicxml(score) == home.musicxml(MADE)
    assert home.score_svg(score) == home.score_svg(MADE)
    assert home.score_sheet(score) == home.score_sheet(MADE)
    assert home.score_pdf(score) == home.score_pdf(MADE)
    assert home.score_on_screen(score, "#123456", narrow=True) == home.score_on_screen(MADE, "#123456", narrow=True)


def test_an_archive_has_a_piece_as_it_is_written_and_as_it_is_played():
    notes = tuple(replace(note, velocity=40 + 9 * place) for place, note in enumerate(MADE.notes))
    played = replace(MADE, notes=notes, tempos=(Tempo(0, 80.0), Tempo(480, 50.0)), pedal=(Pedal(5, 127), Pedal(400, 0)))
    heard = []

    class Hearing(Home):
        def render(self, piece, format="mp3", **given):
            heard.append(piece)
            return super().render(piece, format, **given)

    archive = zipfile.ZipFile(io.BytesIO(Hearing().bundle(MADE, played=played)))
    written_file, played_file = (archive.read(f"fur-elise-continued{end}.mid") for end in ("", "-played"))
    assert read_midi(written_file).notes == MADE.notes
    assert read_midi(played_file).notes == notes
    assert heard == [played] * 3
    assert "fur-elise-continued-played.mid" in archive.read("README.txt").decode()
    assert b"<dynamics>" not in archive.read("fur-elise-continued.musicxml")
    marked = zipfile.ZipFile(io.BytesIO(Home().bundle(MADE, sound=False, played=played, marks=True)))
    assert b"<dynamics>" in marked.read("fur-elise-continued.musicxml")
    assert read_midi(marked.read("fur-elise-continued.mid")).notes == MADE.notes
