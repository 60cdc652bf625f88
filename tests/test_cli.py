"""The command line as its users meet it: exit codes, JSON on stdout, one line of refusal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from koe.cli import main
from koe.models.registry import Registry
from koe.models.sampling import DEFAULT_THRESHOLD
from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note
from koe.music.pianoroll import load_npz
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.music.text import pianoroll_from_text
from tests.conftest import arpeggio
from tests.formats.writing import note, score, zipped
from tests.music import midi_bytes


@pytest.fixture(scope="module")
def midi(tmp_path_factory):
    """A piece of ten measures."""
    path = tmp_path_factory.mktemp("cli") / "piece.mid"
    path.write_bytes(write_midi(Piece.from_pianoroll(arpeggio(27), 96.0, "Broken chords")))
    return path


@pytest.fixture
def koe(capsys):
    """Run a command that succeeds; give its JSON."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        output = capsys.readouterr()
        assert code == 0, output.err
        return json.loads(output.out)

    return run


def refused(capsys, *arguments):
    """Run a command that must refuse; give its sentence."""
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as exit:  # argparse's own way out
        code = exit.code
    output = capsys.readouterr()
    assert code == 2
    assert output.out == ""
    (line,) = output.err.strip().splitlines()
    assert line.startswith("koe: error: ")
    return line


def test_a_score_may_stand_where_a_midi_file_may(koe, tmp_path):
    path = tmp_path / "a.mxl"
    path.write_bytes(zipped({"a.musicxml": score(note(60, 96), note(64, 48) + note(67, 48))}))
    told = koe("roll", path, "-o", tmp_path / "out.mid")
    assert (told["notes"], told["measures"], told["time_signature"]) == (3, 2, "4/4")
    assert [note.pitch for note in read_midi((tmp_path / "out.mid").read_bytes()).notes] == [60, 64, 67]


def test_roll_tells_about_a_piece_and_writes_it_three_ways(koe, midi, tmp_path):
    piece = read_midi(midi)
    for ending in ("npz", "txt", "mid"):
        told = koe("roll", midi, "-o", tmp_path / f"out.{ending}")
    assert told == {
        "title": "Broken chords",
        "ticks": 960,
        "steps": 160,
        "seconds": 25.0,
        "notes": len(piece.notes),
        "notes_between_sixteenths": 0,
        "measures": 10,
        "upbeat": 0,
        "qpm": 96.0,
        "beats_estimated": False,
        "time_signature": "4/4",
        "time_signatures": [{"tick": 0, "metre": "4/4"}],
        "keys": [],
        "tempos": [{"tick": 0.0, "qpm": 96.0}],
        "pedal_changes": 0,
        "lowest": piece.notes[0].pitch,
        "highest": max(note.pitch for note in piece.notes),
        "dropped_notes": 0,
        "tempo_changes": 0,
        "warnings": [],
    }
    np.testing.assert_array_equal(load_npz(tmp_path / "out.npz"), piece.pianoroll)
    np.testing.assert_array_equal(pianoroll_from_text((tmp_path / "out.txt").read_text()), piece.pianoroll)
    np.testing.assert_array_equal(read_midi(tmp_path / "out.mid").pianoroll, piece.pianoroll)


def test_roll_tells_of_a_piece_s_own_time_and_what_sixteenths_move(capsys, tmp_path):
    piece = Piece(
        (Note(0, 64, 24, 70), Note(24, 60, 8), Note(32, 64, 8), Note(40, 67, 8), Note(48, 72, 48)),
        96,
        (Tempo(0, 90.0), Tempo(970, 60.0)),
        (TimeSignature(0, 3, 4),),
        24,
        (KeySignature(0, -3, "minor"),),
        (Pedal(480, 127), Pedal(900, 0)),
        "Triplets",
    )
    (tmp_path / "in.mid").write_bytes(write_midi(piece))
    assert main(["roll", str(tmp_path / "in.mid"), "-o", str(tmp_path / "out.txt")]) == 0
    output = capsys.readouterr()
    assert "koe: 2 of 5 notes lie between sixteenths; in out.txt they stand at the nearest one." in output.err
    told = json.loads(output.out)
    wanted = {
        "ticks": 96,
        "notes_between_sixteenths": 2,
        "upbeat": 24,
        "time_signatures": [{"tick": 0, "metre": "3/4"}],
        "keys": [{"tick": 0, "fifths": -3, "mode": "minor"}],
        "tempos": [{"tick": 0.0, "qpm": 90.0}, {"tick": 48.5, "qpm": 60.0}],
        "tempo_changes": 1,
        "pedal_changes": 2,
    }
    assert {name: told[name] for name in wanted} == wanted
    # As MIDI nothing is moved, and nothing said.
    assert main(["roll", str(tmp_path / "in.mid"), "-o", str(tmp_path / "out.mid")]) == 0
    assert "between sixteenths" not in capsys.readouterr().err
    assert (tmp_path / "out.mid").read_bytes() == (tmp_path / "in.mid").read_bytes()


@pytest.mark.parametrize("model", ["ae1", "ae2", "pca"])
def test_reconstruct_measures_what_it_writes(koe, midi, tmp_path, model):
    out = tmp_path / "out.mid"
    metrics = koe("reconstruct", midi, "--model", model, "--measure", 2, "--threshold", 0.3, "-o", out)
    assert set(metrics) == {"mse", "binary_accuracy", "precision", "recall", "f1"}
    original, made = read_midi(midi).pianoroll[16:80], read_midi(out).pianoroll
    assert made.shape == (64, 88)
    assert metrics["binary_accuracy"] == pytest.approx((original == made).mean())
    hits = (original & made).sum()
    assert metrics["recall"] == pytest.approx(hits / original.sum())
    assert metrics["precision"] == pytest.approx(hits / max(made.sum(), 1))


def test_reconstructing_a_whole_piece_keeps_its_length(koe, midi, tmp_path):
    koe("reconstruct", midi, "--model", "pca", "-o", tmp_path / "out.mid")
    assert read_midi(tmp_path / "out.mid").n_steps == 160


def test_interpolate_ends_in_the_two_reconstructions(koe, midi, tmp_path):
    other = tmp_path / "other.mid"
    other.write_bytes(write_midi(Piece.from_pianoroll(arpeggio(33), 96.0)))
    koe("interpolate", midi, other, "--model", "ae1", "--steps", 4, "--threshold", 0.3, "-o", tmp_path / "path.mid")
    path = read_midi(tmp_path / "path.mid").pianoroll
    assert len(path) == 4 * 64
    for name, part in ((midi, path[:64]), (other, path[-64:])):
        koe("reconstruct", name, "--model", "ae1", "--measure", 1, "--threshold", 0.3, "-o", tmp_path / "end.mid")
        # One vector at a time or two at once may differ in the last bits, and so in a key at the threshold.
        assert (read_midi(tmp_path / "end.mid").pianoroll != part).mean() < 1e-3


def test_interpolate_lets_a_network_retell_the_way(koe, midi, tmp_path):
    def told(name, seed):
        koe("interpolate", midi, midi, "--model", "ae3", "--writer", "lstm2", "--steps", 2, "--seed", seed, "-o", name)
        return name.read_bytes()

    first = told(tmp_path / "a.mid", 1)
    assert told(tmp_path / "b.mid", 1) == first != told(tmp_path / "c.mid", 2)
    roll = read_midi(tmp_path / "a.mid").pianoroll
    assert roll[:64].any()
    assert roll[64:].any()


def test_sample_takes_numbers_or_a_seed(koe, tmp_path):
    latent = ",".join(["0.25"] * 16)
    given = koe("sample", "--model", "ae1", "--latent", latent, "-o", tmp_path / "a.mid")
    assert given["latent"] == [0.25] * 16
    first = koe("sample", "--model", "ae1", "--seed", 4, "-o", tmp_path / "b.mid")
    assert first == koe("sample", "--model", "ae1", "--seed", 4, "-o", tmp_path / "c.mid")
    assert first["latent"] != koe("sample", "--model", "ae1", "--seed", 5, "-o", tmp_path / "d.mid")["latent"]
    assert (tmp_path / "b.mid").read_bytes() == (tmp_path / "c.mid").read_bytes()


def test_a_latent_vector_that_begins_with_a_minus_sign(koe, tmp_path):
    latent = ",".join(["-0.25"] * 16)
    for written in (["--latent", latent], [f"--latent={latent}"]):
        assert koe("sample", "--model", "ae1", *written, "-o", tmp_path / "a.mid")["latent"] == [-0.25] * 16


def test_continue_from_a_file_a_chord_and_silence(koe, midi, tmp_path):
    out = tmp_path / "out.mid"
    told = koe("continue", midi, "--steps", 32, "--seed", 3, "-o", out)
    piece, original = read_midi(out), read_midi(midi)
    assert told["steps"] == piece.n_steps == 160 + 32
    np.testing.assert_array_equal(piece.pianoroll[:160], original.pianoroll)
    koe("continue", "--chord", "C4 E4 G4", "--steps", 16, "-o", out)
    assert {note.pitch for note in read_midi(out).notes if note.step == 0} >= {60, 64, 67}
    koe("continue", "--steps", 16, "--sampling", "threshold", "--threshold", 0.1, "-o", out)
    assert read_midi(out).n_steps == 16


def test_continuing_by_threshold_has_one_of_its_own_unless_one_is_given(koe, tmp_path):
    own = DEFAULT_THRESHOLD
    command = ("continue", "--chord", "C3 G3 E4", "--sampling", "threshold", "--steps", 64)
    koe(*command, "-o", tmp_path / "unsaid.mid")
    koe(*command, "--threshold", own, "-o", tmp_path / "said.mid")
    koe(*command, "--threshold", 0.01, "-o", tmp_path / "low.mid")
    unsaid, said, low = ((tmp_path / f"{name}.mid").read_bytes() for name in ("unsaid", "said", "low"))
    assert unsaid == said != low


def test_results_are_json_on_a_console_without_unicode(tmp_path):
    (tmp_path / "声.txt").write_text("HLO", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "koe", "roll", "声.txt"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "ascii"},
        check=True,
        capture_output=True,
    )
    assert json.loads(done.stdout)["title"] == "声"


def test_variations_are_files_of_their_own(koe, tmp_path):
    told = koe("continue", "--chord", "A2 E3", "--steps", 64, "--variations", 3, "-o", tmp_path / "v.mid")
    contents = [(tmp_path / f"v-{number}.mid").read_bytes() for number in (1, 2, 3)]
    assert told["files"] == [str(tmp_path / f"v-{number}.mid") for number in (1, 2, 3)]
    assert len(set(contents)) == 3


def test_render_writes_sound(koe, midi, tmp_path):
    import soundfile

    told = koe("render", midi, "-o", tmp_path / "out.wav")
    samples, rate = soundfile.read(tmp_path / "out.wav")
    assert told["engine"]
    assert len(samples) / rate == pytest.approx(told["seconds"], abs=0.05)
    assert np.sqrt(np.mean(samples**2)) > 0.005


def test_models_lists_the_cards(koe):
    cards = {card["name"]: card for card in koe("models")}
    assert set(cards) >= {"ae1", "ae2", "lstm1", "pca"}
    assert cards["ae1"]["parameters"] == cards["ae2"]["parameters"] == 6_055_056
    assert cards["lstm1"]["parameters"] == 3_224_088
    for card in cards.values():
        assert len(card["weights_sha256"]) == 64
        measured = {"composition": "nats_a_step", "performance": "velocity"}.get(card["kind"], "mse")
        assert card["metrics"]["test"][measured] > 0


def test_same_command_twice_in_two_processes_gives_the_same_bytes(koe, tmp_path):
    """A fresh interpreter, as a user has it, and this one, in which much was computed before."""
    command = ["continue", "--chord", "C3 G3 E4", "--steps", "64", "-o"]
    subprocess.run(
        [sys.executable, "-m", "koe", *command, "a.mid"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        check=True,
        capture_output=True,
    )
    koe(*command, tmp_path / "b.mid")
    assert (tmp_path / "a.mid").read_bytes() == (tmp_path / "b.mid").read_bytes()


def test_corpus_train_export_evaluate_from_end_to_end(koe, midi_folder, tmp_path):
    """What a reader does who trains on files of their own."""
    built = koe("corpus", "build", midi_folder, "-o", tmp_path / "corpus", "--workers", 1)
    assert built["splits"]["train"]["pieces"] == 12
    corpus = ("--corpus", tmp_path / "corpus")
    run = koe("train", "ae1", *corpus, "--epochs", 1, "-o", tmp_path / "run")
    assert run["history"].endswith("history.csv")
    models = tmp_path / "models"
    koe("export", "pca", *corpus, "-o", models)
    card = koe("export", "ae1", *corpus, "--run", tmp_path / "run", "-o", models)
    assert card["parameters"] == 6_055_056
    assert set(card["metrics"]["baselines"]) == {"zeros", "mean", "pca"}
    measured = {"mse", "nll", "bce", "binary_accuracy", "precision", "recall", "f1", "threshold"}
    assert all(
        set(figures) == measured for figures in (card["metrics"]["test"], *card["metrics"]["baselines"].values())
    )
    assert Registry(models).record("ae1").n_epochs == 1
    # A second run from these weights carries the first with it.
    koe(
        "train",
        "ae1",
        *corpus,
        "--epochs",
        1,
        "--init",
        models / "ae1.npz",
        "--set",
        "batch_size=8",
        "-o",
        tmp_path / "on",
    )
    card = koe("export", "ae1", *corpus, "--run", tmp_path / "on", "-o", models)
    assert card["recipe"]["epochs_trained"] == card["recipe"]["epoch_chosen"] == 2
    assert card["recipe"]["began_from"]["batch_size"] == 256
    assert list(Registry(models).record("ae1").history["epoch"]) == [1, 2]
    report = json.loads((models / "ae1.evaluation.json").read_text("utf-8"))
    assert report["mse"] == pytest.approx(card["metrics"]["test"]["mse"], rel=1e-4)
    assert report["generation"]["sampling"]["threshold"] == card["threshold"] == card["metrics"]["test"]["threshold"]


def test_corpus_stats_prints_and_draws(koe, corpus_folder, tmp_path):
    stats = koe("corpus", "stats", corpus_folder, "-o", tmp_path / "stats.html")
    assert stats["total"]["pieces"] == 24
    assert sum(stats["pitches"].values()) == stats["total"]["notes"]
    assert "Plotly.newPlot" in (tmp_path / "stats.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("model", "baselines"), [("ae1", {"zeros", "mean", "pca"}), ("lstm1", {"zeros", "repeat", "markov"})]
)
def test_evaluate_reports_all_measures_beside_the_baselines(koe, corpus_folder, tmp_path, model, baselines):
    report = koe("evaluate", model, "--corpus", corpus_folder, "--no-generation", "-o", tmp_path / "out")
    assert set(report["baselines"]) == baselines
    for figures in (report, *report["baselines"].values()):
        assert {"mse", "nll", "bce", "binary_accuracy", "precision", "recall", "f1", "threshold"} <= set(figures)
        assert figures["bce"] == pytest.approx(figures["nll"] / 88, rel=1e-4)
    zeros = report["baselines"]["zeros"]
    assert zeros["recall"] == 0
    assert zeros["mse"] == pytest.approx(1 - zeros["binary_accuracy"], abs=1e-6)  # both are the density of ones
    assert "generation" not in report
    assert json.loads((tmp_path / "out" / f"{model}.json").read_text("utf-8")) == report
    assert "<h1>" + model.upper() in (tmp_path / "out" / f"{model}.html").read_text("utf-8")


def test_evaluate_says_when_nothing_could_be_written(koe, corpus_folder, tmp_path):
    """The pieces of this corpus are too short to compare 512 steps with."""
    report = koe("evaluate", "lstm1", "--corpus", corpus_folder, "--split", "valid", "-o", tmp_path)
    assert report["generation"] is None
    assert "was not measured" in report["notes"][-1]
    assert {path.name for path in tmp_path.iterdir()} == {"lstm1-valid.json", "lstm1-valid.html"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["roll", "missing.mid"], "no file"),
        (["roll", "{midi}", "-o", "out.docx"], "use .npz, .txt or .mid"),
        (["reconstruct", "{midi}", "--model", "gpt", "-o", "o.mid"], "no model 'gpt'"),
        (["reconstruct", "{midi}", "--model", "lstm1", "-o", "o.mid"], "no latent space"),
        (["reconstruct", "{midi}", "--measure", "99", "-o", "o.mid"], "Measure 99"),
        (["reconstruct", "{midi}", "--threshold", "2", "-o", "o.mid"], "between 0 and 1"),
        (["reconstruct", "{midi}", "-o", "o.wav"], "ends in .mid"),
        (["fill", "{midi}", "--measure", "1", "--model", "ae1", "-o", "o.mid"], "cannot fill a gap"),
        (["fill", "{midi}", "--measure", "9999", "-o", "o.mid"], "the piece has measures 1 to"),
        (["harmonise", "{midi}", "--top-voice", "--fillings", "0", "-o", "o.mid"], "1 to 8 fillings"),
        (["continue", "--top-p", "0.2", "-o", "o.mid"], "top_p"),
        (["continue", "--variations", "2", "-o", "."], "ends in .mid"),
        (["corpus", "build", "nowhere", "-o", "c", "--workers", "-1"], "whole number from 1"),
        (["train", "ae1", "--epochs", "0", "--corpus", "nowhere"], "1 epoch or more"),
        (["train", "ae1", "--seed", "-1", "--corpus", "nowhere"], "seed"),
        (["export", "ae1", "--texts", "{midi}", "--corpus", "nowhere", "-o", "m"], "no JSON object"),
        (["sample", "--latent", "1,2", "-o", "o.mid"], "16 numbers"),
        (["sample", "--latent", "nan" + ",0" * 15, "-o", "o.mid"], "between -1 and 1"),
        (["continue", "--chord", "H9", "-o", "o.mid"], "no note name"),
        (["continue", "{midi}", "--chord", "C4", "-o", "o.mid"], "one of them"),
        (["continue", "--steps", "0", "-o", "o.mid"], "1 to 2048"),
        (["continue", "--steps", "many", "-o", "o.mid"], "invalid int"),
        (["continue", "--temperature", "-1", "-o", "o.mid"], "temperature"),
        (["continue", "--seed", "-1", "-o", "o.mid"], "seed"),
        (["continue", "--variations", "17", "-o", "o.mid"], "1 to 16"),
        (["interpolate", "{midi}", "{midi}", "--steps", "1", "-o", "o.mid"], "2 to 64"),
        (["interpolate", "{midi}", "{midi}", "--writer", "lstm1", "-o", "o.mid"], "lstm1 cannot be led"),
        (["interpolate", "{midi}", "{midi}", "--writer", "lstm2", "--threshold", "0.5", "-o", "o.mid"], "no threshold"),
        (["render", "{midi}", "-o", "o.flac"], "no ending for sound"),
        (["perform", "{midi}", "-o", "o.txt"], "no ending for a performance"),
        (["perform", "{midi}", "--amount", "3", "-o", "o.mid"], "between 0 (as written) and 2"),
        (["perform", "{midi}", "--seed", "-1", "-o", "o.mid"], "seed"),
        (["corpus", "build", "nowhere", "-o", "c"], "no folder"),
        (["corpus", "build", "nowhere", "-o", "c", "--max-off-grid", "2"], "from 0 to 1"),
        (["corpus", "scrape", "ftp://x.org/a", "-o", "c"], "no web address"),
        (["corpus", "scrape", "http://127.0.0.1:1/", "-o", "c", "--delay", "0"], "cannot be fetched"),
        (["corpus", "scrape", "http://x.org/", "-o", "c", "--delay", "nan"], "from 0 to 3600"),
        (["corpus", "stats", "nowhere"], "no corpus"),
        (["evaluate", "ae1", "--corpus", "nowhere"], "no corpus"),
        (["train", "ae9", "--corpus", "nowhere"], "no model"),
        (["conjure"], "invalid choice"),
    ],
)
def test_refusals_are_one_line_and_exit_code_2(capsys, midi, monkeypatch, tmp_path, arguments, complaint):
    monkeypatch.chdir(tmp_path)
    line = refused(capsys, *(str(midi) if argument == "{midi}" else argument for argument in arguments))
    assert complaint in line
    assert not list(tmp_path.glob("*.mid"))


def test_help_needs_no_heavy_import():
    code = "import sys, koe.cli; koe.cli._parser(); print([m for m in ('keras', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((midi_bytes.note(36, channel=9), midi_bytes.note(38, channel=9)), "the 2 that it has are drums"),
        (
            (midi_bytes.note(20), midi_bytes.note(36, channel=9)),
            "the 2 that it has are drums, or keys that a piano lacks",
        ),
        ((midi_bytes.note(109),), "the 1 that it has"),
        ((), "holds no note that a piano could play."),
    ],
    ids=["drums", "drums and a low key", "a high key", "nothing"],
)
@pytest.mark.parametrize("command", ["continue", "reconstruct"])
def test_a_file_without_a_note_for_a_piano_is_refused(parts, said, command, tmp_path, capsys):
    path = tmp_path / "drums.mid"
    path.write_bytes(midi_bytes.midi_file(midi_bytes.track(*parts)))
    assert main([command, str(path), "-o", str(tmp_path / "new.mid")]) == 2
    output = capsys.readouterr()
    assert said in output.err
    assert output.out == ""
    assert not (tmp_path / "new.mid").exists()
