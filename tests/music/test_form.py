"""The form that is found is the one that was built in, or that is known of a piece."""

import random

import numpy as np
import pytest

from koe.music.form import Section, form_in_letters, has_form, sections_of
from koe.music.library import load_piece
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature

MEASURE = 96


def phrase(seed: int, n_measures: int = 8) -> list[tuple[int, int, int]]:
    """Notes of a tune and its bass, in C major: onset, pitch, duration."""
    luck = random.Random(seed)
    notes = []
    for measure in range(n_measures):
        for _ in range(6):
            notes.append((measure * MEASURE + 6 * luck.randrange(16), 60 + luck.choice([0, 2, 4, 5, 7, 9, 11, 12]), 6))
        notes.append((measure * MEASURE, 36 + luck.choice([0, 5, 7, 9]), 48))
    return notes


def built(*parts: list[tuple[int, int, int]], measures: int = 8, upbeat: int = 0, last: int = MEASURE) -> Piece:
    """Parts one after the other, behind an upbeat of so many ticks; the last measure may be shorter."""
    notes = {Note(0, 67, upbeat)} if upbeat else set()
    for number, part in enumerate(parts):
        start = upbeat + number * measures * MEASURE
        notes |= {Note(start + onset, pitch, duration) for onset, pitch, duration in part}
    n_ticks = upbeat + len(parts) * measures * MEASURE - MEASURE + last
    kept = tuple(sorted(note for note in notes if note.end <= n_ticks))
    return Piece(kept, n_ticks, upbeat=upbeat)


A, B, C = phrase(1), phrase(2), phrase(3)


def moved(part: list[tuple[int, int, int]], semitones: int) -> list[tuple[int, int, int]]:
    return [(onset, pitch + semitones, duration) for onset, pitch, duration in part]


def varied(part: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Every third note an octave higher or gone: the tune can still be told."""
    return [(onset, pitch + 12 * (i % 6 == 0), length) for i, (onset, pitch, length) in enumerate(part) if i % 6 != 3]


def test_song_form() -> None:
    assert sections_of(built(A, A, B, A)) == (
        Section(0, 8, "A"),
        Section(8, 8, "A"),
        Section(16, 8, "B"),
        Section(24, 8, "A"),
    )


def test_rondo() -> None:
    sections = sections_of(built(A, B, A, C, A))
    assert form_in_letters(sections) == "A B A C A"
    assert [section.first_measure for section in sections] == [0, 8, 16, 24, 32]


def test_a_varied_return_has_a_dash() -> None:
    assert form_in_letters(sections_of(built(A, varied(A), B, A))) == "A A' B A"


def test_a_transposed_return_is_found_with_its_interval() -> None:
    sections = sections_of(built(A, B, moved(A, 5)))
    assert form_in_letters(sections) == "A B A'"
    assert [section.shift for section in sections] == [0, 0, 5]


def test_a_binary_form_is_taken_apart_though_it_returns_as_a_whole() -> None:
    assert form_in_letters(sections_of(built(A, A, B, B, C, A, A, B, B))) == "A A B B C A A B B"


def test_what_never_returns_is_one_section() -> None:
    sections = sections_of(built(A, B, C, phrase(4)))
    assert sections == (Section(0, 32, "A"),)
    assert not has_form(sections)


def test_an_upbeat_and_a_short_last_measure_belong_to_their_neighbours() -> None:
    sections = sections_of(built(A, A, B, A, upbeat=24, last=72))
    assert form_in_letters(sections) == "A A B A"
    assert [section.first_measure for section in sections] == [0, 9, 17, 25]
    assert sum(section.n_measures for section in sections) == 33


@pytest.mark.parametrize(
    ("slug", "form"),
    [
        ("schumann-melody", "A A B A'"),
        ("bach-musette", "A A B"),
        ("mozart-sonata-k331-theme", "A A' B A' C"),  # the last two measures are added to the period
        ("petzold-minuet-g-major", "A A' B"),
        ("chopin-prelude-c-minor", "A B B"),
        ("brahms-waltz-a-flat", "A A B A'"),
    ],
)
def test_known_forms(slug: str, form: str) -> None:
    assert form_in_letters(sections_of(load_piece(slug))) == form


@pytest.mark.parametrize("n_measures", [1, 2, 3, 5])
def test_short_pieces_are_covered(n_measures: int) -> None:
    sections = sections_of(built(phrase(5, n_measures), measures=n_measures))
    assert sections[0].first_measure == 0
    assert sum(section.n_measures for section in sections) == n_measures


def test_a_piece_without_notes_or_without_length_has_no_form() -> None:
    assert sections_of(Piece((), 0)) == ()
    assert not has_form(sections_of(Piece((), 20 * MEASURE)))


def test_a_long_piece_is_covered_without_a_gap() -> None:
    parts = [phrase(seed) for seed in (1, 2, 1, 3, 4, 1, 5)] * 6
    sections = sections_of(built(*parts))
    ends = [section.first_measure + section.n_measures for section in sections]
    assert [0, *ends] == [*(section.first_measure for section in sections), len(parts) * 8]
    assert has_form(sections)


def test_what_is_compared_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    from koe.music import form

    sizes = []
    likeness = form._likeness
    monkeypatch.setattr(form, "_likeness", lambda *of: sizes.append(of[3:]) or likeness(*of))
    monkeypatch.setattr(form, "MAX_UNITS", 64)
    monkeypatch.setattr(form, "MAX_TRANSPOSED", 60)
    metre = (TimeSignature(0, 1, 16),)  # the shortest measures
    piece = Piece(tuple(Note(6 * step, 60 + step % 12, 6) for step in range(500)), 3000, time_signatures=metre)
    sections = sections_of(piece)
    assert sum(section.n_measures for section in sections) == 500
    assert [(n <= 64, len(shifts)) for n, shifts in sizes] == [(True, 1)]


def test_the_same_piece_has_the_same_form_whatever_it_is_called() -> None:
    luck = np.random.default_rng(7)
    notes = {Note(int(onset), int(pitch), 6) for onset, pitch in luck.integers([0, 48], [4000, 72], (400, 2))}
    piece = Piece(tuple(sorted(notes)), 4100)
    again = Piece(tuple(sorted(notes)), 4100, title="Another title")
    assert sections_of(piece) == sections_of(again)
