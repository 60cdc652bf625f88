"""What is measured of composed pieces, with a composer whose pieces are known."""

import json
from dataclasses import replace

import numpy as np
import pytest

from koe.errors import InputError
from koe.evaluation.noted import noted_piece
from koe.experiments.composing import finders, leading, search
from koe.experiments.composing.features import of_metre
from koe.experiments.composing.harmonising import counts, measures
from koe.experiments.composing.pieces import INDEX, Composed, jobs_of, side_by_side, write_pieces
from koe.experiments.composing.softmax import fit
from koe.experiments.composing.whole import measure_whole
from koe.generation.event_writing import continue_states, fill_states
from koe.generation.wishes import Wishes
from koe.models.interfaces import Composer
from koe.models.tr1_interface import Temperatures
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from tests.experiments.players import Player

WISHES = Wishes(measures=8, sixteenths=True)


def made_of(measures, ticks=96):
    """A piece of measures, each a list of pitches on successive eighths."""
    notes = [
        Note(ticks * m + 12 * n, pitch, 12) for m, pitches in enumerate(measures) for n, pitch in enumerate(pitches)
    ]
    return Piece(tuple(sorted(notes)), ticks * len(measures), time_signatures=(TimeSignature(),))


def test_the_player_is_a_composer():
    assert isinstance(Player(), Composer)


def test_pieces_are_kept_and_not_written_again(tmp_path):
    player, jobs = Player(), jobs_of("whole", [WISHES], 3, 0)
    composed = write_pieces(player, "ab", jobs, tmp_path)
    assert [one.piece.notes[0].onset for one in composed] == [0, 0, 0]
    assert len({one.piece.notes for one in composed}) == 3
    assert sorted(path.name for path in tmp_path.glob("*.mid")) == ["whole-0.mid", "whole-1.mid", "whole-2.mid"]
    (tmp_path / "whole-1.mid").unlink()
    first, n = (tmp_path / "whole-0.mid").read_bytes(), player.n_written
    again = write_pieces(player, "ab", jobs, tmp_path)
    assert player.n_written - n < n / 2
    assert [one.piece.notes for one in again] == [one.piece.notes for one in composed]
    assert (tmp_path / "whole-0.mid").read_bytes() == first
    # More pieces of the same kind may come; others' may not.
    assert len(write_pieces(player, "ab", jobs_of("whole", [WISHES], 4, 0), tmp_path)) == 4
    assert len(json.loads((tmp_path / INDEX).read_text("utf-8"))["pieces"]) == 4
    with pytest.raises(InputError, match="made by other weights or wishes"):
        write_pieces(player, "cd", jobs, tmp_path)
    with pytest.raises(InputError, match="made by other weights or wishes"):
        write_pieces(player, "ab", jobs_of("whole", [Wishes(measures=9)], 1, 0), tmp_path)


def test_a_piece_does_not_depend_on_what_is_written_beside_it():
    wishes = replace(WISHES, planned=False)  # what is drawn is the same for all
    both = side_by_side(Player(), wishes, [5, 6])
    assert both[1].notes == side_by_side(Player(), wishes, [6])[0].notes
    assert both[0].notes != both[1].notes


def test_an_end_that_was_forced_is_none(tmp_path):
    for ends, folder in ((True, "a"), (False, "b")):
        composed = write_pieces(Player(ends), "ab", jobs_of("whole", [WISHES], 2, 0), tmp_path / folder, at_once=2)
        assert [one.ended for one in composed] == [ends] * 2
    early = Composed(composed[0].job, made_of([[60, 62, 64]] * 5))
    assert not early.ended
    assert Composed(composed[0].job, made_of([[60, 62, 64]] * 6)).ended


def test_whole_pieces_beside_real_ones(tmp_path):
    composed = write_pieces(Player(), "ab", jobs_of("whole", [WISHES], 3, 0), tmp_path)
    real = [noted_piece(made_of([[60, 64, 67, 72]] * n), str(n)) for n in (4, 8, 16)]
    report = measure_whole(composed, real)
    assert (report["n_pieces"], report["n_real"], report["n_measures"]) == (3, 2, 8)
    assert report["ended"]["value"] == 1
    assert report["length"] == 9 / 8
    assert report["form"]["repetition"]["exact all"]["real"]["value"] == 7 / 8
    assert report["form"]["endings"]["tonic_chord"]["real"]["value"] == 1
    assert 0 <= report["overlaps"]["mean"] <= 1
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert search.score_of(report) < report["overlaps"]["mean"]
    with pytest.raises(InputError, match="No real piece has about 8 measures"):
        measure_whole(composed, real[:1])


def test_a_key_that_is_asked_for_is_found(tmp_path):
    asked = leading.kinds_of(None, 8)["key"]
    jobs = leading.jobs_for("key", asked, 24, WISHES, 0)
    assert len({job.wishes.key for job in jobs}) == 24
    report = leading.measure_led("key", asked, write_pieces(Player(), "ab", jobs, tmp_path))
    assert report["found"]["value"] > 0.9
    assert report["chance"] < 0.1
    assert report["by_value"]["C major"] == {"C major": 1}


def test_the_key_that_a_title_names_is_known():
    titles = [
        "Sonata in B-flat major, K. 333",
        "Prelude in C# Minor",
        "Étude",
        "Nocturne in E flat major",
        "Bagatelle in A",
    ]
    assert [leading.titled_key(title) for title in titles] == ["Bb major", "Db minor", None, "Eb major", None]


def test_chance_is_that_of_the_same_answers_in_any_order():
    assert leading.chance_of([("a", "a"), ("b", "a")]) == 0.5
    assert leading.chance_of([("a", "a"), ("a", "a")]) == 1
    assert leading.chance_of([("a", "b"), ("b", "a"), ("c", "c"), ("d", "e")]) == 3 / 16


def test_forms_are_found_by_what_returns():
    a, b, c = [60, 62, 64, 65], [67, 71, 74, 77], [55, 58, 61]
    piece = noted_piece(made_of([a, b, a, b, c, c, a, b]), "")
    assert finders.form(piece, "A A B A", 8) == "A A B A"
    assert finders.form(noted_piece(made_of([a, a, c, c]), ""), "A B", 4) == "A B"
    assert finders.letters_of("B B' A B") == "A A B A"
    # What ends too early brings nothing back.
    assert finders.form(noted_piece(made_of([a, b, a, b]), ""), "A A B A", 8) == "A A B C"


def test_density_and_register_are_those_of_training():
    piece = noted_piece(made_of([[40, 41, 42, 43, 44, 45, 46, 47]] * 4), "")
    assert (finders.density(piece), finders.register(piece)) == ("low", "low")
    assert [finders.tempo_class(qpm) for qpm in (60, 76, 120)] == ["slow", "medium", "fast"]


def test_metre_is_heard_from_accents():
    """Of pieces of random notes with a low one at the beginning of each measure."""
    rng, rows, labels = np.random.default_rng(0), [], []
    for number in range(60):
        n_eighths = (6, 8)[number % 2]
        measures = [[36, *rng.integers(60, 80, n_eighths - 1)] for _ in range(8)]
        # Bar lines are not heard: all are written in 4/4.
        rows.append(of_metre(noted_piece(made_of([list(map(int, one)) for one in measures], 12 * n_eighths), "")))
        labels.append("3/4" if n_eighths == 6 else "4/4")
    learned = fit(np.stack(rows[:40]), labels[:40])
    assert learned(np.stack(rows[40:])) == labels[40:]
    with pytest.raises(InputError, match="two classes at least"):
        fit(np.stack(rows[:1]), labels[:1])


def test_the_search_ends_at_the_best_setting(tmp_path):
    class Wavering(Player):
        """Draws worse the further its temperature of lengths is from 0.9."""

        def write(self, memory, frame, luck, temperatures=None):
            if temperatures.long != 0.9:
                luck = luck * [1, 0, 1]
            return super().write(memory, frame, luck, temperatures)

    rng = np.random.default_rng(0)
    scale = [60, 62, 64, 65, 67, 69, 71]
    real = [noted_piece(made_of([rng.choice(scale, 8).tolist() for _ in range(8)]), str(n)) for n in range(8)]
    found = search.search_settings(
        Wavering(), "ab", real, tmp_path, n_pieces=4, wishes=WISHES, at_once=4, report=lambda line: None
    )
    assert found["best"]["long"] == 0.9
    assert found["trials"][0]["score"] == max(trial["score"] for trial in found["trials"])
    assert found["trials"][0]["temperatures"] == found["best"]
    assert Temperatures(**found["best"])


def test_states_are_continued_and_gaps_filled():
    states = made_of([[60, 62, 64, 65]] * 8).states
    states = np.concatenate([states, np.zeros((128 - len(states), 88), np.uint8)])
    clock = np.stack([np.arange(128) % 16, np.full(128, 16)], axis=1)
    more = continue_states(Player(), states[:32], clock[:32], 40, 1)
    assert more.shape == (40, 88)
    assert (more == 2).sum(axis=1).reshape(-1, 2).tolist() == [[1, 0]] * 20
    filled = fill_states(Player(), states, (48, 80), clock, 1)
    assert np.array_equal(filled[:48], states[:48])
    assert np.array_equal(filled[80:], states[80:])
    assert (filled[48:80] == 2).sum() == 16


def test_accompaniments_are_held_against_the_tune_and_the_songs_own():
    voice = noted_piece(Piece((Note(0, 72, 96), Note(96, 74, 96)), 192), "")
    own = Piece((Note(0, 48, 96), Note(0, 52, 96), Note(96, 43, 96), Note(96, 50, 96)), 192)
    other = Piece((Note(0, 49, 96), Note(0, 54, 96)), 192)
    same = measures(counts(voice, noted_piece(own, ""), noted_piece(own, "")))
    assert {name: float(value) for name, value in same.items()} == pytest.approx(
        {"tones_in_harmony": 1, "harmony": 1, "bass": 1, "density": 1}
    )
    apart = measures(counts(voice, noted_piece(other, ""), noted_piece(own, "")))
    assert (apart["tones_in_harmony"], apart["harmony"], apart["bass"], apart["density"]) == (0, 0, 0, 0.5)
