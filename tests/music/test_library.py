"""The demo pieces: each can be read, looks like piano music, and begins as the world knows it."""

import pytest

from koe.errors import InputError
from koe.music.library import list_pieces, load_piece, load_score
from koe.music.midi import read_midi, write_midi
from koe.music.notes import chord_from_names, pitch_name

ENTRIES = {entry.slug: entry for entry in list_pieces()}

# Works that are shorter than 16 measures as a whole.
SHORT = {"chopin-prelude-c-minor": 13}

METRES = {
    "bach-invention-1": "4/4",
    "bach-musette": "2/4",
    "bach-prelude-c-major": "4/4",
    "beethoven-fur-elise": "3/8",
    "beethoven-moonlight-sonata": "12/8",
    "brahms-waltz-a-flat": "3/4",
    "burgmuller-arabesque": "2/4",
    "chopin-prelude-a-major": "3/4",
    "chopin-prelude-c-minor": "4/4",
    "chopin-prelude-e-minor": "2/2",
    "joplin-entertainer": "2/4",
    "mozart-sonata-k331-theme": "6/8",
    "mozart-sonata-k545": "4/4",
    "petzold-minuet-g-major": "3/4",
    "satie-gymnopedie-1": "3/4",
    "schumann-happy-farmer": "4/4",
    "schumann-melody": "4/4",
}

# The highest note struck at each step, from the start: what people know these
# pieces by. Black keys go by the names of `pitch_name`.
OPENINGS = {
    "bach-invention-1": "C4 D4 E4 F4 D4 E4 C4 G4",
    "bach-musette": "A5 D3 G5 F♯5 E5 D5 A5",
    "bach-prelude-c-major": "C4 E4 G4 C5 E5 G4 C5 E5",
    "beethoven-fur-elise": "E5 E♭5 E5 E♭5 E5 B4 D5 C5 A4",
    "beethoven-moonlight-sonata": "A♭3 C♯4 E4 A♭3 C♯4 E4",
    "brahms-waltz-a-flat": "C5 C4 A♭4 A♭4 C5 C5",
    "burgmuller-arabesque": "E4 E4 E4 E4 A4 B4 C5 B4 A4",
    "chopin-prelude-a-major": "E4 C♯5 D5 B4 B4 B4 F♯5",
    "chopin-prelude-c-minor": "G4 A♭4 G4 F4 E♭4",
    "chopin-prelude-e-minor": "B3 B4 B4 E4",
    "joplin-entertainer": "D6 E6 C6 A5 B5 G5 D5 E5 C5 A4 B4 G4",
    "mozart-sonata-k331-theme": "C♯5 D5 C♯5 E5 E5 B4 C♯5 B4 D5 D5",
    "mozart-sonata-k545": "C5 G4 E4 G4 E5 G4 G5 G4 B4",
    "petzold-minuet-g-major": "D5 G4 A4 B4 C5 D5 G4 G4",
    "satie-gymnopedie-1": "G2 F♯4 D2 F♯4 G2 F♯4",
    "schumann-happy-farmer": "C3 F3 A4 A4 A3 C4 C5 C5 F3",
    "schumann-melody": "E5 G4 D5 G4 C5 G4 B4",
}


def highest_struck(slug: str) -> list[str]:
    """Name of the highest note struck at each step that has one."""
    highest: dict[int, int] = {}
    for note in load_piece(slug).notes:
        highest[note.step] = max(note.pitch, highest.get(note.step, 0))
    return [pitch_name(highest[step]) for step in sorted(highest)]


def test_there_are_at_least_a_dozen_by_several_composers():
    assert len(ENTRIES) >= 12
    assert len({entry.composer for entry in ENTRIES.values()}) >= 8
    assert set(ENTRIES) == set(METRES) == set(OPENINGS)


@pytest.mark.parametrize("slug", sorted(ENTRIES))
def test_entry_says_what_the_piece_is(slug):
    entry = ENTRIES[slug]
    assert all((entry.title, entry.composer, entry.key, entry.checked_against))
    born, died = map(int, entry.years.split("-"))
    assert born < died < 1930


@pytest.mark.parametrize("slug", sorted(ENTRIES))
def test_length_and_metre(slug):
    piece = load_piece(slug)
    upbeat = load_score(slug).upbeat > 0
    assert str(piece.time_signatures[0]) == METRES[slug]
    assert piece.n_steps == piece.n_measures * piece.time_signatures[0].measure_steps
    if slug in SHORT:
        assert piece.n_measures == SHORT[slug]
    else:
        assert 16 <= piece.n_measures - upbeat <= 32
    assert ENTRIES[slug].n_measures == piece.n_measures
    assert 15 < piece.duration_sec < 150


@pytest.mark.parametrize("slug", sorted(ENTRIES))
def test_is_music_for_two_hands(slug):
    score = load_score(slug)
    pitches = [note.pitch for note in score.piece.notes]
    assert min(score.hands.values()) >= score.piece.n_measures
    assert min(pitches) < 60 <= max(pitches)
    assert min(pitches) >= 24
    assert max(pitches) <= 96
    # Never long silence, and never more notes at once than ten fingers and a held bass.
    sounding = score.piece.pianoroll.sum(axis=1)
    assert sounding.max() <= 12
    assert (sounding == 0).mean() < 0.15


@pytest.mark.parametrize("slug", sorted(ENTRIES))
def test_begins_as_it_is_known(slug):
    opening = OPENINGS[slug].split()
    assert highest_struck(slug)[: len(opening)] == opening


def test_first_chords():
    def struck(slug: str, step: int) -> tuple[int, ...]:
        return tuple(note.pitch for note in load_piece(slug).notes if note.step == step)

    assert struck("chopin-prelude-c-minor", 0) == chord_from_names("C2 C3 G3 C4 Eb4 G4")
    assert struck("petzold-minuet-g-major", 0) == chord_from_names("G3 B3 D4 D5")
    assert struck("chopin-prelude-e-minor", 16) == chord_from_names("G3 B3 E4 B4")
    assert struck("satie-gymnopedie-1", 4) == chord_from_names("B3 D4 F#4")
    assert struck("beethoven-moonlight-sonata", 0) == chord_from_names("C#2 C#3 G#3")


@pytest.mark.parametrize("slug", sorted(ENTRIES))
def test_survives_the_way_through_a_midi_file(slug):
    piece = load_piece(slug)
    again = read_midi(write_midi(piece))
    assert (again.pianoroll == piece.pianoroll).all()
    assert str(again.time_signatures[0]) == METRES[slug]


def test_unknown_piece_is_refused_with_the_choices():
    with pytest.raises(InputError, match="no demo piece 'moonlight'; there are bach-invention-1, "):
        load_piece("moonlight")
