"""Kinds of files that people have, and what is right for each."""

import codecs

import numpy as np
import pytest

from koe.music.grid import MAX_TICKS
from koe.music.midi import read_midi
from koe.music.piece import KeySignature, Pedal, Tempo, TimeSignature
from koe.music.signatures import measure_lines
from tests.music.midi_bytes import TUNE, meta, midi_file, note, note_off, note_on, tempo, track, wait


def control(number, value, ticks=0, channel=0):
    return wait(ticks) + bytes([0xB0 | channel, number, value])


def program(number, channel=0):
    return bytes([0, 0xC0 | channel, number])


def metre(numerator, power, ticks=0):
    return meta(0x58, bytes([numerator, power, 24, 8]), ticks)


def key(fifths, minor=0, ticks=0):
    return meta(0x59, bytes([fifths & 0xFF, minor]), ticks)


def onsets(piece):
    return [n.onset for n in piece.notes]


# Pedal and tempo


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([control(64, 127), TUNE, control(64, 0, 1920)], ((0, 127), (3840, 0))),
        ([TUNE, control(64, 64, 10), control(64, 0, 20)], ((1930, 64), (1950, 0))),
        (
            [control(64, 30), control(64, 90, 7), control(64, 90, 7), TUNE, control(64, 0)],
            ((0, 30), (7, 90), (1934, 0)),
        ),
        ([control(64, 127), control(64, 0), TUNE], ()),
        ([control(64, 127, 0, 9), control(66, 127), control(67, 127), TUNE], ()),
    ],
    ids=["held for long", "after the notes", "half and repeated", "down and up at once", "drums and other pedals"],
)
def test_the_sustain_pedal_is_kept(events, expected):
    assert read_midi(midi_file(track(*events))).pedal == tuple(Pedal(*one) for one in expected)


@pytest.mark.parametrize(
    ("parts", "seconds"),
    [
        ([tempo(500_000), TUNE, tempo(1_000_000), TUNE], [0, 0.5, 1, 1.5, 2, 3, 4, 5]),
        ([tempo(6_000_000), TUNE], [0, 6, 12, 18]),
        ([tempo(10_000_000), TUNE, tempo(400_000), TUNE], [0, 10, 20, 30, 40, 40.4, 40.8, 41.2]),
        ([note(60), tempo(250_000, 240), note(62, 480, 240)], [0, 0.875]),
        ([TUNE, tempo(500_000), tempo(600_000), tempo(250_000), TUNE], [0, 0.5, 1, 1.5, 2, 2.25, 2.5, 2.75]),
    ],
    ids=["ritardando", "10 a minute", "6 a minute", "between notes", "several at once"],
)
def test_every_tempo_is_kept(parts, seconds):
    piece = read_midi(midi_file(track(*parts)))
    assert [piece.seconds_at(n.onset) for n in piece.notes] == pytest.approx(seconds)


# Quick notes


@pytest.mark.parametrize("length", [60, 40, 20, 80])
def test_a_trill_is_played_one_note_after_the_other(length):
    piece = read_midi(midi_file(track(*(note(60 + 2 * (n % 2), length) for n in range(16)))))
    assert onsets(piece) == [n * length // 20 for n in range(16)]
    assert [n.pitch for n in piece.notes] == [60, 62] * 8


@pytest.mark.parametrize(("length", "n_before"), [(40, 1), (30, 1), (20, 3), (24, 2)])
def test_grace_notes_come_before_their_main_note(length, n_before):
    grace = b"".join(note(70 + n, length, 480 - length * n_before if n == 0 else 0) for n in range(n_before))
    piece = read_midi(midi_file(track(grace, note(60))))
    assert [n.pitch for n in piece.notes] == [*range(70, 70 + n_before), 60]
    assert sorted(set(onsets(piece))) == onsets(piece)
    assert piece.notes[-1].onset == 24


# Keys, metres, upbeats


@pytest.mark.parametrize("fifths", range(-7, 8))
@pytest.mark.parametrize("minor", [0, 1])
def test_the_key_of_the_file_stays(fifths, minor):
    piece = read_midi(midi_file(track(key(fifths, minor), TUNE)))
    assert piece.keys == (KeySignature(0, fifths, "minor" if minor else "major"),)


def test_keys_change_where_the_file_changes_them():
    piece = read_midi(midi_file(track(key(0), TUNE, key(4), TUNE, key(4), TUNE, key(-3, 1), key(9), TUNE)))
    assert piece.keys == (KeySignature(0, 0), KeySignature(96, 4), KeySignature(288, -3, "minor"))
    assert read_midi(midi_file(track(TUNE, key(2), TUNE))).keys == (KeySignature(96, 2),)
    assert read_midi(midi_file(track(TUNE))).keys == ()


@pytest.mark.parametrize(
    ("first", "length", "expected", "full"),
    [
        ([metre(9, 5)], 540, 27, (4, 2)),
        ([metre(1, 2)], 480, 24, (3, 2)),
        ([metre(1, 4)], 120, 6, (2, 2)),
        ([metre(5, 5)], 300, 15, (6, 3)),
        ([metre(1, 3), metre(1, 2, 240)], 480, 36, (4, 2)),
        ([metre(1, 4), metre(1, 4, 120), metre(1, 3, 120)], 240, 24, (3, 2)),
        ([metre(4, 2)], 480, 24, (4, 2)),
        ([metre(3, 2)], 960, 48, (3, 2)),
        ([metre(1, 6)], 30, 2, (4, 2)),
    ],
    ids=["9/32", "quarter", "sixteenth", "5/32", "two bars", "three bars", "metre again", "metre again in 3", "1/64"],
)
def test_upbeats_of_any_length(first, length, expected, full):
    piece = read_midi(midi_file(track(*first, note(60, length), metre(*full), *(note(62 + n) for n in range(12)))))
    assert (piece.upbeat, piece.time_signatures) == (expected, (TimeSignature(0, full[0], 1 << full[1]),))
    lines = piece.measure_onsets
    assert lines[:3] == (0, expected, expected + piece.time_signatures[0].measure_ticks)


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        ([metre(4, 2), TUNE, metre(3, 2), TUNE], ((0, 4, 4), (96, 3, 4))),
        ([metre(4, 2), TUNE, metre(5, 2), TUNE, note(60)], ((0, 4, 4), (96, 5, 4))),
        ([metre(2, 2), TUNE, metre(4, 2), TUNE], ((0, 2, 4), (96, 4, 4))),
        ([TUNE, metre(5, 2), TUNE, note(60)], ((0, 4, 4), (96, 5, 4))),
    ],
)
def test_other_changes_of_metre_are_no_upbeats(metres, expected):
    piece = read_midi(midi_file(track(*metres)))
    assert (piece.upbeat, piece.time_signatures) == (0, tuple(TimeSignature(*one) for one in expected))
    assert piece.measure_onsets == measure_lines(piece.time_signatures, 0, piece.n_ticks)


# Tracks that are there twice

VOICE = [(60, 480), (64, 240), (62, 240), (65, 960), (60, 480)]


def voice(notes=VOICE, channel=0, velocity=80, gate=1.0):
    parts, rest = [], 0
    for pitch, length in notes:
        sounding = round(length * gate)
        parts += [note_on(pitch, rest, velocity, channel), note_off(pitch, sounding, channel)]
        rest = length - sounding
    return b"".join(parts)


@pytest.mark.parametrize(
    "second",
    [
        voice(),
        voice(velocity=40),
        program(48, 1) + voice(channel=1, velocity=100),
        voice(channel=3, gate=0.5),
    ],
    ids=["the same", "softer", "strings", "shorter"],
)
def test_doubled_tracks_are_read_once(second):
    piece = read_midi(midi_file(track(voice()), track(second)))
    single = read_midi(midi_file(track(voice())))
    assert [(n.onset, n.pitch, n.duration) for n in piece.notes] == [
        (n.onset, n.pitch, n.duration) for n in single.notes
    ]
    assert any("repeats the notes of another" in warning for warning in piece.warnings)
    assert np.array_equal(piece.pianoroll, single.pianoroll)


def test_a_doubled_channel_of_one_track_is_read_once():
    both = b"".join(note_on(p) + note_on(p, 0, 60, 1) + note_off(p, 480) + note_off(p, 0, 1) for p in (60, 62, 64, 65))
    assert len(read_midi(midi_file(track(both))).notes) == 4


@pytest.mark.parametrize(
    "second",
    [
        voice([*VOICE[:-1], (67, 480)]),
        voice([*VOICE, (72, 480)]),
        voice(VOICE[1:]),
        note(60, 240),
    ],
    ids=["last note differs", "one more", "one less", "meets once"],
)
def test_voices_that_share_notes_stay_two(second):
    piece = read_midi(midi_file(track(voice()), track(second)))
    assert len(piece.notes) == len(VOICE) + second.count(b"\x90")
    assert piece.warnings == ()


# Keys that are never let go


@pytest.mark.parametrize("far", [0, 480 * 400, 0x00FFFFFF])
@pytest.mark.parametrize("n_notes", [8, 200])
def test_a_key_that_is_never_let_go_is_ended(far, n_notes):
    data = midi_file(track(note_on(40), *(note(60 + n % 5) for n in range(n_notes)), meta(1, b"late", far)))
    piece = read_midi(data)
    (stuck,) = (n for n in piece.notes if n.pitch == 40)
    # With the music, four quarters later where the track goes on, and after 16 quarters in any case.
    assert stuck.end == min(n_notes * 24 + (96 if far else 0), 16 * 24)
    assert piece.n_ticks == max(n_notes * 24, stuck.end)
    assert any("1 note of the file has no end" in warning for warning in piece.warnings)


def test_the_next_strike_of_its_key_ends_it_sooner():
    piece = read_midi(midi_file(track(note_on(40), note(60), note_on(40), TUNE)))
    assert [(n.onset, n.end) for n in piece.notes if n.pitch == 40] == [(0, 24), (24, 120)]
    assert any("2 notes of the file have no end" in w or "1 note of the file has no end" in w for w in piece.warnings)


def test_a_note_that_is_cut_at_the_end_of_what_is_read_is_named():
    piece = read_midi(midi_file(track(TUNE), track(note(40, 0x0FFFFFFF))))
    assert piece.n_ticks == MAX_TICKS
    assert any("1 note was cut" in warning for warning in piece.warnings)
    assert not any("cut" in warning for warning in read_midi(midi_file(track(TUNE))).warnings)


# Titles


@pytest.mark.parametrize(
    ("title", "encoding"),
    [
        ("月の光", "cp932"),
        ("エリーゼのために", "cp932"),
        ("夜想曲 第2番", "cp932"),
        ("月の光", "euc_jp"),
        ("Лунная соната", "cp1251"),
        ("Вальс", "cp1251"),
        ("Прелюдия", "koi8_r"),
        ("月光奏鸣曲", "gbk"),
        ("致爱丽丝", "gbk"),
        ("夜曲", "gbk"),
        ("給愛麗絲", "big5"),
        ("월광 소나타", "cp949"),
        ("月の光", "utf-16"),
        ("Für Elise", "utf-16"),
        ("Лунная соната", "utf-8"),
        ("Für Elise", "utf-8-sig"),
        ("Für Elise", "latin-1"),
        ("Étude", "cp1252"),
        ("Valse brillante – op. 18", "cp1252"),
        ("Grieg: Våren", "latin-1"),
        ("Dvořák: Humoreska", "cp1250"),
    ],
)
@pytest.mark.parametrize("quick", [True, False])
def test_titles_in_any_writing_system(title, encoding, quick):
    data = midi_file(track(meta(3, title.encode(encoding)), TUNE))
    assert read_midi(data, name="file.mid", quick=quick).title == title


def test_a_title_in_utf_16_of_either_order():
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        assert read_midi(midi_file(track(meta(3, mark + "革命".encode(encoding)), TUNE))).title == "革命"


WORDS = b"".join(meta(1, text, 120) for text in (b"/Twin", b"kle ", b"twin", b"kle "))


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        (
            [[meta(3, b"Words"), meta(1, b"@LENGL"), meta(1, b"@TMy Song"), WORDS], [meta(3, b"Melody line"), TUNE]],
            "My Song",
        ),
        (
            [
                [meta(3, b"Soft Karaoke"), meta(1, b"@KMIDI KARAOKE FILE")],
                [meta(3, b"Words"), meta(1, b"@TStar"), meta(1, b"@TMozart"), WORDS],
                [TUNE],
            ],
            "Star",
        ),
        ([[meta(3, b"Verse"), meta(1, b"@LENGL"), WORDS], [meta(3, b"Star"), TUNE]], "Star"),
        ([[meta(3, b"Lyric track"), meta(5, b"Twin"), meta(5, b"kle", 60)], [meta(3, b"Star"), TUNE]], "Star"),
        ([[meta(3, b"Star"), meta(5, b"Twin"), TUNE]], "Star"),
        ([[meta(1, b"@T"), meta(1, b"@T \x8c\x8e\x82\xcc\x8c\xf5"), TUNE]], "月の光"),
    ],
    ids=["title", "title and author", "words are no title", "lyrics are none", "words with notes", "cp932"],
)
def test_karaoke_files_name_their_song(tracks, expected):
    assert read_midi(midi_file(*(track(*parts) for parts in tracks)), name="file.kar").title == expected


def test_a_slow_tempo_is_no_fault():
    piece = read_midi(midi_file(track(tempo(12_000_000), TUNE)))
    assert (piece.tempos, piece.warnings) == ((Tempo(0, 5.0),), ())
