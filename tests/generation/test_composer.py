"""Wishes are understood or refused in a sentence, and the same seed gives the same piece, chunk by chunk."""

from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest

from koe.errors import Cancelled, InputError
from koe.generation.composer import Wishes, compose, drawn_told, worst_fault, written
from koe.generation.plans import Manner, Plans
from koe.generation.wishes import TEMPO_QPM, key_class, key_signature, told_of
from koe.models.tr1 import build_tr1
from koe.models.tr1_interface import FIRST_CHUNK, HOTTEST, Temperatures, Told
from koe.models.tr1_writer import TR1Writer
from koe.music.events import END, N_DURATIONS, events_of, short_measures
from koe.music.midi import read_midi, write_midi
from koe.music.repetition import NEW, Plan

COMPOSERS = {"bach-js": 1, "chopin": 2}


@pytest.fixture(scope="module")
def writer():
    keras.utils.set_random_seed(0)
    return TR1Writer(build_tr1(width=32, layers=1), COMPOSERS)


def test_keys_by_name():
    names = ["C major", "a minor", "Bb", "f# minor", "E flat major", "h moll", "Cis"]
    assert [key_class(name) for name in names[:6]] == [1, 22, 11, 19, 4, 24]
    with pytest.raises(InputError, match="is no key"):
        key_class(names[6])


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        ({"metre": "3"}, "is no metre"),
        ({"metre": "3/5"}, "is no metre"),
        ({"metre": "13/8"}, "longer than one of 12/8"),
        ({"tempo": "presto"}, "choose one of slow, medium, fast"),
        ({"composer": "me"}, "choose one of bach-js, chopin"),
        ({"measures": 0}, "1 to 256 measures"),
        ({"form": "A?"}, "is no form"),
    ],
)
def test_wishes_that_are_none(wish, why):
    with pytest.raises(InputError, match=why):
        told_of(Wishes(**wish), COMPOSERS)


def test_wishes_are_told():
    wishes = Wishes(measures=16, key="D minor", metre="6/8", density="high", composer="chopin", form="A B A")
    told = told_of(wishes, COMPOSERS)
    assert told.conditions == {"tempo": 0, "density": 3, "register": 0, "composer": 2, "length": 10}
    assert (told.key, told.measure_ticks, told.n_measures, len(told.plan.lag)) == (15, 72, 16, 16)


def test_wishes_come_back_from_what_a_piece_says():
    for wishes in (
        Wishes(),
        Wishes(
            8,
            "A minor",
            "3/4",
            "slow",
            "low",
            "high",
            "chopin",
            "A A' B A",
            True,
            False,
            Temperatures(0.9, 1.1, 1, 0.95),
        ),
    ):
        assert Wishes.from_settings(dict(wishes.as_settings())) == wishes


@pytest.mark.parametrize(("name", "fifths"), [("C major", 0), ("G", 1), ("a minor", 0), ("F# minor", 3), ("Bb", -2)])
def test_keys_have_their_signature(name, fifths):
    assert key_signature(name).fifths == fifths


def test_the_same_seed_writes_the_same_piece_while_it_is_streamed(writer):
    wishes = Wishes(measures=4, metre="3/4", tempo="fast", form="A A", key="D major")
    drafts, steps = [], []
    piece = compose(writer, wishes, 7, on_written=drafts.append, progress=lambda *done: steps.append(done))
    assert write_midi(piece) == write_midi(compose(writer, wishes, 7))
    assert write_midi(piece) != write_midi(compose(writer, wishes, 8))
    assert 0 < len(drafts[0].notes) <= FIRST_CHUNK
    for draft in drafts:
        assert draft.notes == piece.notes[: len(draft.notes)]
    assert steps[-1] == (4, 4)
    assert max(note.onset for note in piece.notes) + 72 >= 0.75 * 4 * 72
    assert max(note.onset for note in piece.notes) < 1.25 * 4 * 72
    again = read_midi(write_midi(piece))
    assert again.time_signatures[0].numerator == 3
    assert [(key.fifths, key.mode) for key in again.keys] == [(2, "major")]
    assert piece.qpm == pytest.approx(132)
    assert piece.made_by.model == "tr1"


@pytest.mark.parametrize("drawn", [{"when": 0.0}, {"long": float("nan")}, {"which": 1e9}, {"top_p": 0.0}])
def test_what_nobody_can_draw_by_is_refused(drawn):
    with pytest.raises(InputError, match="lies above 0, up to"):
        Temperatures(**drawn)


def test_a_real_piece_tells_the_manner_where_nothing_is_wished(writer):
    kind = np.full(16, NEW)
    plan = Plan(kind, np.zeros(16, int), np.zeros(16, int))
    plans = Plans.of([plan], [Manner("chopin", True, 1, 3, 2)])
    told = drawn_told(writer, Wishes(measures=8), 5, plans)
    assert told.conditions == {"tempo": 1, "density": 3, "register": 2, "composer": 2, "length": 8}
    assert told.key > 12
    assert told.plan.kind.tolist() == [NEW] * 8
    piece = compose(writer, Wishes(measures=2), 5, plans=plans)
    assert piece.qpm == pytest.approx(TEMPO_QPM["slow"])
    assert piece.keys[0].mode == "minor"
    wished = drawn_told(writer, Wishes(measures=8, key="D", density="low", composer="bach-js", form="A A"), 5, plans)
    assert (wished.key, wished.conditions["density"], wished.conditions["composer"]) == (3, 1, 1)
    assert wished.plan.kind.tolist() != [NEW] * 8
    nothing = drawn_told(writer, Wishes(measures=8, planned=False), 5, plans)
    assert (nothing.key, nothing.plan, nothing.conditions["density"]) == (0, None, 0)


@pytest.mark.parametrize(
    ("chord", "may_end"), [((48, 64, 67), True), ((36, 48), True), ((52, 60, 67), False), ((48, 64, 67, 69), False)]
)
@pytest.mark.parametrize("late", [False, True])
def test_a_piece_ends_on_the_chord_of_its_tonic_alone_unless_it_is_late(writer, chord, may_end, late):
    end_at = 110 if late else 20 * 96
    frame = writer.frame(Told(key=key_class("C major")), end_from=0, end_at=end_at, cadence=True)
    rows = np.array([[0, 24, 60], *([96, 96, pitch] for pitch in chord)])
    memory, _ = writer.hear(writer.begin(1), frame, events_of(rows, short_measures([0, 96], 192)))
    # The end is the last of all choices; hot enough, all of them are about equally likely.
    _, events, _ = writer.write(memory, frame, np.full((1, 1, 3), 0.999), Temperatures(when=HOTTEST, top_p=1.0))
    assert (events[0, 0, 0] == END) == (may_end or late)


def test_composing_stops_when_it_is_no_longer_wanted(writer):
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        compose(writer, Wishes(measures=64), 0, should_stop=lambda: next(asked))


def test_visitors_at_once_get_their_own_music(writer):
    alone = [compose(writer, Wishes(measures=3), seed).notes for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda seed: compose(writer, Wishes(measures=3), seed).notes, range(4))) == alone


@pytest.mark.parametrize(
    ("notes", "is_fault"),
    [
        ([(0, 24, 60), (24, 24, 62)], False),
        ([(0, 24, 60), (24 + 160, 24, 62)], True),  # a silence of more than one and a half measures
        ([(0, 300, 60), (24, 24, 62)], True),  # more than three measures without being struck again
        ([(0, 24, 60 + 2 * n) for n in range(13)], True),
    ],
)
def test_faults_are_seen_in_notes(notes, is_fault):
    rows = np.array(notes)
    assert (worst_fault(rows, 0, int(rows[:, :2].sum(axis=1).max())) > 1) == is_fault
    assert worst_fault(rows, 3000, 3024) > 1, "then a long silence goes on"


class Faulty:
    """Writes what its luck says: a note of ten measures, or short ones."""

    name, temperatures, composers = "faulty", Temperatures(), {}

    def write(self, memory, frame, luck, temperatures=None):
        n = len(luck)
        long = luck[0, 0, 0] < frame
        onsets = memory + 12 * (1 + np.arange(n))
        events = np.stack(
            [np.full(n, 12), 60 + np.arange(n) % 12, np.full(n, N_DURATIONS - 1 if long else 11), onsets], axis=1
        )
        return int(onsets[-1]), events[:, None], None

    def is_over(self, memory):
        return np.array([memory > 2000])

    def reached(self, memory):
        return np.array([memory])


def test_a_faulty_chunk_is_written_again():
    parts = [np.concatenate([part.notes for part in written(Faulty(), 0, chance, (5,))]) for chance in (0.5, 0.0, 1.0)]
    longest = [part[:, 1].max() for part in parts]
    assert longest[:2] == [12, 12]
    assert longest[2] > 288, "what is faulty each time is taken as it is"


def test_music_leans_to_the_key_that_is_wished(writer):
    def share_in_c_major(key):
        piece = compose(writer, Wishes(measures=8, key=key), 3)
        return np.mean([note.pitch % 12 in (0, 2, 4, 5, 7, 9, 11) for note in piece.notes])

    assert share_in_c_major("C major") > 0.7 > 0.5 > share_in_c_major("F# major")
