"""Small files, each after a real report, with what is right for each of them.

They lie in ``tests/cases``; the kinds that they stand for are tested where they belong.
"""

from pathlib import Path

import numpy as np
import pytest

from koe.audio.events import midi_from_performance, read_performance
from koe.errors import InputError
from koe.music.midi import read_midi, write_midi
from koe.music.piece import KeySignature, Pedal, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.layout import svg_pages
from koe.scores.musicxml import musicxml
from koe.studio import Studio
from tests.test_gaps import Small
from tools.check_playing import sounded
from tools.drawn_heads import drawn_wrongly

FOLDER = Path(__file__).parent / "cases"


def case(name):
    path = FOLDER / f"{name}.mid"
    return read_midi(path.read_bytes(), name=path.name)


def score(name):
    return engrave(case(name))


def played(name):
    """Notes as they are handed to a synthesizer, in seconds."""
    return sounded(midi_from_performance(read_performance(write_midi(case(name)))))


def upper(name, measure=0):
    """What the upper voice of a measure is written as: pitches or r, and the value."""
    sounds = score(name).measures[measure].staves[0][0].sounds
    pitches = case(name).notes
    return [("-".join(str(pitches[n.member].pitch) for n in one.notes) or "r", one.value) for one in sounds]


def beams(name):
    found = []
    for sound in score(name).measures[0].staves[0][0].sounds:
        if sound.beams and sound.beams[0] == "begin":
            found.append(0)
        if sound.beams:
            found[-1] += 1
    return found


def test_every_case_is_here():
    told = Path(__file__).read_text("utf-8")
    assert [path.stem for path in sorted(FOLDER.glob("*.mid")) if f'"{path.stem}"' not in told] == []


def test_a_pedal_holds_what_is_let_go():
    assert case("pedal2").pedal == (Pedal(0, 127), Pedal(3840, 0))
    assert [note.silent for note in played("pedal2")] == pytest.approx([4, 4, 4], abs=0.001)


def test_a_slower_tempo_is_slower():
    assert [note.start for note in played("rit2")] == pytest.approx([0, 0.5, 1, 1.5, 2, 3, 4, 5], abs=0.001)


def test_a_trill_is_one_note_after_the_other():
    notes = case("trill32").notes
    assert [(note.onset, note.pitch, note.duration) for note in notes] == [
        (3 * n, 60 + 2 * (n % 2), 3) for n in range(16)
    ]


def test_a_grace_note_comes_before_its_main_note():
    first, grace, main = case("grace_before").notes
    assert (first.end, grace.onset, grace.end, main.onset, main.duration) == (22, 22, 24, 24, 24)
    written = score("grace_before").measures[0].staves[0][0].sounds
    assert [len(sound.graces) for sound in written][:2] == [0, 1]


@pytest.mark.parametrize(("name", "qpm"), [("const90", 90), ("const100", 100)])
def test_an_even_tempo_other_than_the_files_is_found(name, qpm):
    piece = case(name)
    assert (piece.qpm, len(piece.tempos)) == (qpm, 1)
    pattern = np.array([0, 4, 8, 10, 12, 16, 17, 18, 20, 24])
    assert [note.step for note in piece.notes] == [*(pattern + 32 * np.arange(8)[:, None]).ravel()]
    assert piece.beats_estimated
    assert f"about {qpm} quarter notes a minute" in piece.warnings[0]


def test_a_stray_tempo_event_does_not_hide_a_performance():
    piece = case("perf100_tempochange")
    assert piece.beats_estimated
    assert piece.qpm == pytest.approx(96.8, rel=0.01)
    assert piece.n_steps == pytest.approx(202, abs=2)
    assert f"live performance; a tempo of about {piece.qpm:.0f} quarter notes a minute" in piece.warnings[0]


def test_notes_that_all_come_late_are_written_on_the_beat():
    piece = case("offset60")
    assert [note.onset for note in piece.notes] == [12 * n for n in range(16)]
    assert piece.warnings == ("All notes of the file come a little late; they are written on the beat.",)


def test_the_key_of_the_file_is_the_key():
    assert str(score("keysig_gflat").key) == "G flat major"


def test_a_key_changes_where_the_file_changes_it():
    assert case("keysig_change").keys == (KeySignature(0, 0), KeySignature(384, 4))
    assert [str(measure.key) for measure in score("keysig_change").measures] == ["C major"] * 4 + ["E major"] * 4


def test_white_keys_need_no_signs():
    assert score("white_keys").key.fifths == 0
    assert "<accidental>" not in musicxml(score("white_keys"))


def test_notes_stand_under_their_beats_where_a_clef_changes():
    engraved = score("forward_clef")
    assert drawn_wrongly(engraved, svg_pages(engraved)) == (2, [])
    onsets = {note.pitch: note.onset for note in case("forward_clef").notes if note.onset >= 96}
    assert (onsets[83], onsets[84]) == (120, 144)
    assert "<forward>" not in musicxml(engraved)


def test_what_sounds_for_nine_tenths_is_written_in_full():
    found = [
        (value, "r" not in pitches)
        for number in range(len(score("gate90").measures))
        for pitches, value in upper("gate90", number)
    ]
    lengths = [24, 24, 24, 24, 48, 48, 96, *[12] * 8]
    units = {value for value, _ in found}
    assert all(is_note for _, is_note in found)
    assert len(units) == 4
    one = max(units) / 96
    assert [value / one for value, _ in found] == lengths


def test_doubled_tracks_are_read_once():
    piece = case("doubled")
    assert [(note.onset, note.pitch) for note in piece.notes] == [(0, 60), (24, 62)]
    assert piece.warnings == ("1 track repeats the notes of another; they were read once.",)


@pytest.mark.parametrize(
    ("name", "metre", "upbeat"), [("pick9_32", TimeSignature(0, 4, 4), 27), ("pickup1", TimeSignature(0, 3, 4), 24)]
)
def test_an_upbeat_comes_before_measure_1(name, metre, upbeat):
    piece = case(name)
    assert (piece.time_signatures, piece.upbeat) == ((metre,), upbeat)
    bars = [measure.bar for measure in score(name).measures]
    assert [(bar.number, bar.onset) for bar in bars[:2]] == [(0, 0), (1, upbeat)]
    assert [bar.number for bar in bars] == list(range(len(bars)))


@pytest.mark.parametrize("name", ["stuck", "stuck_far"])
def test_a_key_that_is_never_let_go_ends_with_its_surroundings(name):
    piece = case(name)
    [held] = [note for note in piece.notes if note.pitch == 48]
    assert held.duration <= 4 * 96
    assert piece.duration_sec == pytest.approx(128 if name == "stuck" else 8)
    assert piece.warnings[0].startswith("1 note of the file has no end")


def test_beams_and_rests_follow_the_metre():
    assert beams("b7_8")[:3] in ([2, 2, 3], [3, 2, 2])
    assert beams("b6_4") == [6, 6]  # eighths of three quarters each
    quarter = upper("rest34a")[0][1]
    assert upper("rest34a") == [("60", quarter), ("r", quarter), ("r", quarter)]


def test_a_title_in_shift_jis():
    assert case("title_shift_jis").title == "月の光"


def test_a_karaoke_file_names_its_song():
    assert case("kar").title == "My Song"


def test_drums_alone_are_nothing_to_go_on_from():
    piece = case("drums_only")
    assert piece.notes == ()
    assert piece.warnings == ("2 notes of drums were left out.", "The file holds no note that a piano could play.")
    with pytest.raises(InputError, match="the 2 that it has are drums"):
        Studio(Small()).open_file(FOLDER / "drums_only.mid")
