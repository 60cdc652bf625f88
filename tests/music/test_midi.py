import io
import math

import mido
import numpy as np
import pretty_midi
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from koe.errors import InputError, MidiError
from koe.music.grid import FASTEST_QPM, MAX_NOTES, MAX_QPM, MAX_STEPS, MIN_QPM
from koe.music.midi import _read_plain, read_midi, write_midi
from koe.music.midi_repair import read_forgiving
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece, TimeSignature
from koe.music.quantize import piece_from_ticks
from tests.music.midi_bytes import TUNE, TUNE_NOTES, meta, midi_file, note, note_off, note_on, tempo, track

rolls = arrays.arrays(np.bool_, st.tuples(st.integers(0, 70), st.just(88)))
tempos = st.floats(MIN_QPM, MAX_QPM)


def spans(piece):
    return [(n.step, n.pitch, n.n_steps) for n in piece.notes]


# Round trips


@settings(max_examples=60)
@given(roll=rolls, qpm=tempos)
def test_every_roll_comes_back(roll, qpm):
    data = write_midi(Piece.from_pianoroll(roll, qpm=qpm))
    piece = read_midi(data)
    assert np.array_equal(piece.pianoroll, roll)
    assert piece.warnings == ()
    # MIDI keeps the length of a quarter to a microsecond.
    assert abs(6e7 / piece.qpm - 6e7 / qpm) <= 1.5
    again = write_midi(piece)
    assert write_midi(read_midi(again)) == again


@pytest.mark.parametrize(
    "roll",
    [
        np.zeros((0, 88), bool),
        np.zeros((1, 88), bool),
        np.ones((1, 88), bool),
        np.zeros((64, 88), bool),
        np.pad(np.ones((3, 88), bool), ((5, 9), (0, 0))),
        np.eye(88, dtype=bool),
    ],
    ids=["no steps", "one silent step", "every key", "silence", "silence around", "scale"],
)
def test_rolls_at_the_edges_come_back(roll):
    assert np.array_equal(read_midi(write_midi(Piece.from_pianoroll(roll))).pianoroll, roll)


def test_the_longest_roll_comes_back():
    roll = np.zeros((MAX_STEPS, 88), bool)
    roll[MAX_STEPS - 1, 3] = roll[:100, 87] = True
    assert np.array_equal(read_midi(write_midi(Piece.from_pianoroll(roll))).pianoroll, roll)


def test_notes_velocities_title_and_metre_come_back():
    piece = Piece.on_steps(
        notes=(note_at_step(0, 60, 4, 1), note_at_step(4, 60, 4, 127), note_at_step(4, 72, 1, 33)),
        n_steps=40,
        qpm=96.0,
        time_signatures=(TimeSignature(0, 3, 4), TimeSignature(72, 6, 8)),
        title="Für Elise, a♯",
    )
    assert read_midi(write_midi(piece)) == piece


overlapping = st.lists(
    st.builds(Note, st.integers(0, 30), st.integers(60, 62), st.integers(1, 20), st.integers(1, 127)), max_size=25
)


@settings(max_examples=60)
@given(notes=overlapping)
def test_overlapping_notes_are_written_apart_with_the_same_roll(notes):
    piece = Piece.on_steps(tuple(sorted(notes)), 60)
    data = write_midi(piece)
    assert np.array_equal(read_midi(data).pianoroll, piece.pianoroll)
    assert np.array_equal(read_midi(data).onsets, piece.onsets)
    sounding = set()
    for event in mido.MidiFile(file=io.BytesIO(data)).tracks[1]:
        if event.type == "note_on" and event.velocity:
            assert event.note not in sounding
            sounding.add(event.note)
        elif event.type == "note_on":
            sounding.remove(event.note)
    assert not sounding


@pytest.mark.parametrize("qpm", [10.0, 60.0, 96.0, 96.3, 120.0, 133.0, 480.0])
def test_plain_tempos_stay_plain(qpm):
    assert read_midi(write_midi(Piece.on_steps((note_at_step(0, 60),), 4, qpm))).qpm == qpm


def test_pretty_midi_reads_what_is_written():
    midi = pretty_midi.PrettyMIDI(
        io.BytesIO(write_midi(Piece.on_steps((note_at_step(4, 60, 8, 99),), 12, 60.0, title="Song")))
    )
    (piano,) = midi.instruments
    assert (piano.name, piano.program, len(piano.notes)) == ("Song", 0, 1)
    assert (piano.notes[0].start, piano.notes[0].end, piano.notes[0].velocity) == pytest.approx((1.0, 3.0, 99))


def test_pieces_beyond_the_limits_are_not_written():
    with pytest.raises(InputError, match=f"at most {MAX_STEPS} steps"):
        write_midi(Piece.on_steps((), MAX_STEPS + 1))
    with pytest.raises(InputError, match=f"{MAX_NOTES} notes"):
        write_midi(Piece.on_steps((note_at_step(0, 60),) * (MAX_NOTES + 1), 4))


# Reading what others wrote


def test_an_ordinary_file():
    piece = read_midi(midi_file(track(TUNE)), name="frère jacques.mid")
    assert spans(piece) == TUNE_NOTES
    assert (piece.n_steps, piece.qpm, piece.title, piece.warnings) == (16, 120.0, "frère jacques", ())


def test_a_file_by_its_path(tmp_path):
    path = tmp_path / "tune.mid"
    path.write_bytes(midi_file(track(TUNE)))
    assert read_midi(path).title == "tune"
    with pytest.raises(MidiError, match=r"gone\.mid cannot be read: No such file"):
        read_midi(tmp_path / "gone.mid")


@pytest.mark.parametrize("division", [24, 96, 220, 384, 480, 1024, 10080])
@pytest.mark.parametrize("microseconds", [200_000, 500_000, 623_053, 1_000_000])
def test_the_grid_lies_on_the_beats_whatever_the_tempo(division, microseconds):
    quarter = [tempo(microseconds), *(note(60 + k, division) for k in range(20)), tempo(microseconds // 3, division)]
    piece = read_midi(midi_file(track(*quarter, note(40, division)), division=division))
    assert spans(piece) == [*((4 * k, 60 + k, 4) for k in range(20)), (84, 40, 4)]


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, 120, (0, 6, 0, 0)),
        (9, 120, (0, 6, 9, 9)),
        (10, 120, (1, 6, -10, -10)),
        (0, 1, (0, 1, 0, -19)),
        (160, 80, (8, 4, 0, 0)),
        (175, 9, (9, 1, -5, -16)),
    ],
)
def test_onsets_and_ends_go_to_the_nearest_tick_halves_up(start, length, expected):
    (only,) = read_midi(midi_file(track(note(60, length, before=start)))).notes
    assert (only.onset, only.duration, only.shift, only.release) == expected


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [(0, 120, (0, 1)), (59, 120, (0, 1)), (60, 120, (1, 1)), (0, 1, (0, 1)), (160, 160, (1, 2)), (179, 2, (1, 1))],
)
def test_in_the_roll_they_go_to_the_nearest_sixteenth(start, length, expected):
    (only,) = read_midi(midi_file(track(note(60, length, before=start)))).notes
    assert (only.step, only.n_steps) == expected


def test_restruck_notes_stay_two_and_merge_in_the_roll():
    piece = read_midi(midi_file(track(note(60), note(60))))
    assert spans(piece) == [(0, 60, 4), (4, 60, 4)]
    assert piece.pianoroll[:, 39].all()


def test_notes_that_snap_onto_each_other_both_stay():
    assert spans(read_midi(midi_file(track(note(60, 20), note(60, 20))))) == [(0, 60, 1), (0, 60, 1)]


def test_silence_before_and_between_is_kept():
    assert spans(read_midi(midi_file(track(note(60, 480, before=960), note(62, 480, before=480))))) == [
        (8, 60, 4),
        (16, 62, 4),
    ]


def test_drums_and_keys_outside_the_piano_are_left_out_and_counted():
    piece = read_midi(midi_file(track(note(60), note(36, channel=9), note(20), note(109), note(108), note(21))))
    assert [n.pitch for n in piece.notes] == [60, 108, 21]
    assert (piece.dropped.drums, piece.dropped.outside_piano) == (1, 2)
    assert any("drums" in warning for warning in piece.warnings)
    assert any("2 notes outside the piano" in warning for warning in piece.warnings)


def test_the_tempo_is_the_average_while_notes_sound():
    # A silent quarter at 30, four quarters at 60, four at 120: 8 quarters in 6 seconds.
    lead = tempo(2_000_000)
    piece = read_midi(midi_file(track(lead, tempo(1_000_000, 480), TUNE, tempo(500_000), TUNE)))
    assert piece.qpm == pytest.approx(80.0)
    assert piece.n_tempo_changes == 2


def test_a_tempo_change_after_the_last_note_leaves_the_tempo_exact():
    assert read_midi(midi_file(track(tempo(625_000), TUNE, tempo(300_000, 480), meta(1, b"")))).qpm == 96.0


@pytest.mark.parametrize(
    ("microseconds", "qpm"),
    [(1, FASTEST_QPM), (100, FASTEST_QPM), (0xFFFFFF, MIN_QPM), (12_000_000, 5), (8_000_000, 7.5)],
)
def test_tempos_nobody_plays_go_to_the_nearest_limit_and_slow_ones_stay(microseconds, qpm):
    assert read_midi(midi_file(track(tempo(microseconds), TUNE))).qpm == pytest.approx(qpm, rel=1e-6)


def test_time_signatures_by_tick():
    def metre(numerator, power, ticks=0):
        return meta(0x58, bytes([numerator, power, 24, 8]), ticks)

    data = midi_file(track(metre(3, 2), note(60, 1440), metre(3, 2), note(60, 1440), metre(6, 3), TUNE))
    assert read_midi(data).time_signatures == (TimeSignature(0, 3, 4), TimeSignature(144, 6, 8))
    late = midi_file(track(TUNE, metre(5, 2), TUNE))
    assert read_midi(late).time_signatures == (TimeSignature(0, 4, 4), TimeSignature(96, 5, 4))
    absurd = midi_file(track(metre(0, 2), metre(200, 2), metre(4, 60), TUNE, metre(7, 2, 480)))
    assert read_midi(absurd).time_signatures == (TimeSignature(0, 4, 4),)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([b"Nocturne"], "Nocturne"),
        ([b"", b"Gigue"], "Gigue"),
        ([b"control track", b"Right hand", b"Piano 1"], "opus 9"),
        ([b"Piano", b"upper:voice 2", b"Partita"], "Partita"),
        (["Prélude".encode()], "Prélude"),
        (["Prélude".encode("latin-1")], "Prélude"),
        ([b"two\nlines\0 "], "two lines"),
        ([b"x" * 5000], "x" * 200),
    ],
)
def test_title(names, expected):
    tracks = [track(meta(3, name), TUNE) for name in names]
    assert read_midi(midi_file(*tracks), name="opus 9.mid").title == expected


def test_a_far_away_end_of_track_adds_no_length():
    piece = read_midi(midi_file(track(TUNE, meta(1, b"late", ticks=0x0FFFFFFF))))
    assert piece.n_steps == 16
    assert piece.warnings == ()


def test_a_file_without_notes_says_so():
    piece = read_midi(midi_file(track()))
    assert (piece.notes, piece.n_steps) == ((), 0)
    assert "no note" in piece.warnings[0]


# The two readers


def random_score(seed):
    """Two tracks of chords and tuplets with tempo and metre changes, without faults."""
    rng = np.random.default_rng(seed)
    conductor = [meta(3, b"Study"), tempo(int(rng.integers(200_000, 900_000))), meta(0x58, bytes([3, 2, 24, 8]))]
    conductor += [tempo(int(rng.integers(200_000, 900_000)), int(rng.integers(1, 4)) * 240) for _ in range(5)]
    tracks = [track(*conductor)]
    for channel in (0, 1, 9):
        events = []
        for _ in range(60):
            length = int(rng.choice([30, 60, 80, 120, 160, 240, 480, 40]))
            pitches = rng.choice(np.arange(15, 115), size=rng.integers(1, 4), replace=False).tolist()
            events += [note_on(p, channel=channel, velocity=int(rng.integers(1, 128))) for p in pitches]
            events += [note_off(p, length if k == 0 else 0, channel) for k, p in enumerate(pitches)]
        tracks.append(track(*events))
    return midi_file(*tracks)


@pytest.mark.parametrize("seed", range(5))
def test_both_readers_read_ordinary_files_alike(seed):
    data = random_score(seed)
    plain = _read_plain(data)
    assert plain is not None
    forgiving = read_forgiving(data)
    assert piece_from_ticks(plain) == piece_from_ticks(forgiving)


def test_the_average_tempo_agrees_with_pretty_midi():
    data = random_score(9)
    midi = pretty_midi.PrettyMIDI(io.BytesIO(data))
    notes = [n for i in midi.instruments if not i.is_drum for n in i.notes if 21 <= n.pitch <= 108]
    first, last = min(n.start for n in notes), max(n.end for n in notes)
    quarters = (midi.time_to_tick(last) - midi.time_to_tick(first)) / midi.resolution
    assert math.isclose(read_midi(data).qpm, quarters / (last - first) * 60, abs_tol=1e-3)
