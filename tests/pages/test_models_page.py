"""The Models page: with and without records, for models that reconstruct and that continue."""

import json

import numpy as np
import pytest

from koe.errors import ModelError
from koe.models.record import TrainingRecord
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.piece import Piece
from koe.web.models_page import evolution, evolution_words, learning
from koe.web.texts import models_page as model_texts
from tests.pages.players import pitches, rolls, sounds

C4, E4 = 39, 43  # piano keys


def keys_held(n_steps: int, *keys: int) -> np.ndarray:
    roll = np.zeros((n_steps, N_KEYS), bool)
    roll[:, list(keys)] = True
    return roll


def history(*valid: float) -> dict[str, np.ndarray]:
    """A training with these losses on valid; its own falls by 0.001 an epoch."""
    loss = 0.03 - 0.001 * np.arange(len(valid))
    columns = {"epoch": np.arange(1.0, len(valid) + 1)}
    for prefix, values in (("", loss), ("valid_", np.array(valid)), ("test_", np.array(valid) + 0.001)):
        columns |= {f"{prefix}{name}": values for name in ("loss", "mse")} | {f"{prefix}binary_accuracy": 1 - values}
    return columns


def record(pieces: list[np.ndarray], original: np.ndarray, **fields) -> TrainingRecord:
    n = len(pieces)
    histogram = np.tile([0, 5, 10, 5, 0], (n, 1))
    histogram[-1] = [5, 5, 0, 5, 5]
    made = {
        "history": history(*np.linspace(0.03, 0.02, max(n - 1, 1))),
        "weight_epochs": np.arange(n),
        "histograms": {"ae1/E1/kernel": histogram, "ae1/E1/bias": histogram[::-1]},
        "edges": {"ae1/E1/kernel": np.linspace(-1, 1, 6), "ae1/E1/bias": np.linspace(-2, 2, 6)},
        "piece_epochs": np.arange(n),
        "pieces": np.array(pieces),
        "original": original,
    }
    return TrainingRecord(**made | fields)


ORIGINAL = keys_held(SEGMENT_STEPS, C4, E4)
CHORD = keys_held(4, C4)


@pytest.fixture
def latent_record() -> TrainingRecord:
    silence, one = keys_held(SEGMENT_STEPS), keys_held(SEGMENT_STEPS, C4)
    return record([silence, one, ORIGINAL, one], ORIGINAL)


@pytest.fixture
def continuation_record() -> TrainingRecord:
    noise = keys_held(64, *range(0, N_KEYS, 3))
    return record([np.concatenate([CHORD, piece]) for piece in (noise, keys_held(64, E4))], CHORD)


def go(app, model: str | None = None, tab: str | None = None):
    app.switch_page("pages/models.py").run()
    if model:
        app.segmented_control(key="models-model").set_value(model).run()
    if tab:
        app.session_state[f"models-tab-{model or 'ae1'}"] = tab
        app.run()
    assert not app.exception
    return app


def words(app) -> str:
    return "\n".join(element.value for element in [*app.title, *app.header, *app.markdown, *app.caption])


def figures(app) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def tabs(app) -> list[str]:
    return [tab.label for tab in app.tabs]


def test_a_model_without_a_record_says_so_and_shows_what_there_is(app):
    go(app, "pca")
    assert model_texts.NO_RECORD.format(model="PCA") in words(app)
    assert tabs(app) == [model_texts.TABS["mirror"], model_texts.TABS["figures"], model_texts.TABS["card"]]
    assert len(rolls(app)) == 2  # the segment and its reconstruction
    go(app, "lstm1")
    assert tabs(app) == [model_texts.TABS["figures"], model_texts.TABS["card"]]
    assert not app.error


def test_dragging_the_epoch_shows_and_plays_another_piece(app, calls, latent_record):
    calls.records["ae1"] = latent_record
    go(app)
    slider = app.select_slider(key="evolution-ae1")
    assert slider.value == 2  # the epoch that was kept
    original, made = rolls(app)
    assert pitches(made, "m") == {60, 64} == pitches(original, "w")
    assert "It found 100 % of the original, and 100 % of what it plays is right." in words(app)
    assert [sound["autoplay"] for sound in sounds(app)] == [False, False]

    slider.set_value(1).run()
    assert not app.exception
    original, made = rolls(app)
    assert pitches(made, "m") == {60}
    assert pitches(original, "w") == {60, 64}
    assert "**One key only:** C4, in 1 note. It found 50 % of the original" in words(app)
    assert [(note.pitch, note.n_steps) for note in calls.rendered[-1].notes] == [(60, SEGMENT_STEPS)]
    assert sorted(sound["autoplay"] for sound in sounds(app)) == [False, True]

    slider.set_value(0).run()
    assert model_texts.EVOLUTION_NOTHING in words(app)


def test_what_was_given_is_not_the_models_own(app, calls, continuation_record):
    calls.records["lstm1"] = continuation_record
    go(app, "lstm1")
    (roll,) = rolls(app)
    assert pitches(roll, "w") == {60}
    assert pitches(roll, "m") == {64}
    assert "It holds one key for 4 measures." in words(app)
    app.select_slider(key="evolution-lstm1").set_value(0).run()
    assert model_texts.EVOLUTION_NOISE in words(app)
    assert "30 keys before training, about 30.0 at once; 1 key at epoch 1, about 1.0 at once." in words(app)


def test_curves_of_error_and_accuracy(app, calls, latent_record):
    calls.records["ae1"] = latent_record
    go(app, "ae1", model_texts.TABS["curves"])
    error, accuracy, loss = figures(app)
    for figure in (error, accuracy, loss):
        assert [trace["name"] for trace in figure["data"]] == ["train", "valid", "test", "the epoch kept"]
    assert [heading.value for heading in app.header] == [*model_texts.CURVES.values(), "binary cross-entropy"]
    assert "Epoch **2** of 3 was kept" in words(app)


def test_a_layer_is_chosen_for_its_hills(app, calls, latent_record):
    calls.records["ae1"] = latent_record
    go(app, "ae1", model_texts.TABS["weights"])
    box = app.selectbox(key="weights-ae1")
    assert box.options == ["E1, weights", "E1, biases"]
    (hills,) = figures(app)
    assert [trace["name"] for trace in hills["data"]] == ["0", "1", "2", "3"]
    assert model_texts.WEIGHTS_APART in words(app)
    box.select("ae1/E1/bias").run()
    assert not app.exception
    assert model_texts.WEIGHTS_TOGETHER in words(app)


def test_a_layer_that_joined_later_has_no_hills_before(app, calls, latent_record):
    latent_record.histograms["ae1/E1/kernel"][:2] = 0
    calls.records["ae1"] = latent_record
    go(app, "ae1", model_texts.TABS["weights"])
    assert [trace["name"] for trace in figures(app)[0]["data"]] == ["2", "3"]
    assert "by 0.000" not in words(app)


def test_the_next_model_opens_at_the_same_aspect(app, calls, latent_record, continuation_record):
    calls.records |= {"ae1": latent_record, "lstm1": continuation_record}
    go(app, "ae1")
    app.session_state["koe_kept_models-tab"] = "curves"  # as a click on the tab leaves it
    app.segmented_control(key="models-model").set_value("lstm1").run()
    assert len(figures(app)) == 2
    assert model_texts.CURVES_LEAD in words(app)
    app.segmented_control(key="models-model").set_value("pca").run()
    assert not app.exception
    assert model_texts.MIRROR_LEAD.format(model="PCA") in words(app)


@pytest.mark.parametrize("name", ["ae1", "lstm1"])
def test_a_damaged_record_is_one_sentence(app, calls, name):
    calls.records[name] = ModelError("x.training.npz is no training record; export the model again with `koe export`.")
    go(app, name)
    (error,) = app.error
    assert "no training record" in error.value
    assert tabs(app)[-2:] == [model_texts.TABS["figures"], model_texts.TABS["card"]]


def test_a_record_that_breaks_the_page_is_polite(app, calls, latent_record, caplog):
    calls.records["ae1"] = record(list(latent_record.pieces), ORIGINAL, piece_epochs=np.array(list("abcd")))
    go(app)
    assert not app.exception
    assert len(app.error) == 1
    assert "Traceback" not in app.error[0].value


def test_the_card_s_figures_beside_baselines_and_paper(app):
    go(app, "ae1", model_texts.TABS["figures"])
    table = next(element.value for element in app.markdown if element.value.startswith("| On the test"))
    lines = table.split("\n")
    assert "| **AE1** | **0.0200** | **0.333** | **0.9700** | **2 of 3** | **16** |" in lines
    assert "| PCA | 0.0200 | 0.333 | 0.9700 | – | 16 |" in lines
    assert "| Silence | 0.0200 | 0.000 | 0.9700 | – | – |" in lines
    assert "| AE1 in the paper ◊ | 0.0245 | – | – | 250 of 600 | 6,055,056 |" in lines
    assert not any("LSTM1" in line for line in lines)
    assert "own data, which nobody can get" in words(app)
    go(app, "lstm1", model_texts.TABS["figures"])
    assert "| LSTM1 in the paper ◊ | below 0.008 | – | 0.99 | 200 of 200 | 3,224,088 |" in words(app)


REPORT = {
    "mse": 0.0211,
    "f1": 0.4567,
    "binary_accuracy": 0.975,
    "intervals": {"mse": [0.02, 0.0222], "f1": None},
    "baselines": {"zeros": {"mse": 0.035, "f1": 0.0}, "pca": {"mse": 0.028}},
    "main_baseline": "pca",
    "composers": [{"composer": "Bach *", "n_pieces": 3, "mse": 0.02, "f1": 0.5, "baseline_mse": 0.03}],
    "generation": {
        "n_pieces": 1000,
        "n_steps": 64,
        "rates": {
            "silence_over_2_measures": {"generated": 0.25, "real": 0.01},
            "bursts_over_12_keys": {"generated": 0.0, "real": 0.0},
            "density_ratio": 0.9,
        },
        "copying": {
            "generated": {
                "longest": {
                    "n_notes": 7,
                    "n_steps": 20,
                    "source_title": "Minuet",
                    "source_path": "a.mid",
                    "source_composer": "Petzold",
                }
            }
        },
    },
}


def test_measured_figures_with_intervals_composers_and_what_it_writes_alone(app, calls):
    calls.reports["ae1"] = REPORT
    go(app, "ae1", model_texts.TABS["figures"])
    text = words(app)
    assert "| **AE1** | **0.0211 (0.0200 to 0.0222)** | **0.457** | **0.9750** |" in text
    assert "| Silence | 0.0350 | 0.000 | – | – | – |" in text
    assert r"| Bach \* | 3 | 0.0200 | 0.500 | 0.0300 |" in text
    assert "| fall silent for over two measures | 25.0 % | 1.0 % |" in text
    assert "Keys sound 0.90 times as often as in real music." in text
    assert "7 notes in 20 sixteenths, as in Minuet by Petzold" in text


def test_a_damaged_report_leaves_the_card_s_figures(app, calls):
    calls.reports["pca"] = ModelError("pca.evaluation.json is damaged; measure the model again with `koe evaluate`.")
    go(app, "ae1", model_texts.TABS["figures"])
    assert len(app.error) == 1
    assert "| PCA | 0.0200 |" in words(app)


# -- what is said of a piece ---------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ([keys_held(8)] * 3, model_texts.JOURNEY_SILENT),
        ([keys_held(8), keys_held(8, C4), keys_held(8, C4, E4)], "Silence before training; only C4 at epoch 1; 2 keys"),
        ([keys_held(8), keys_held(8), keys_held(8, C4, E4)], "Silence up to epoch 1; 2 keys at epoch 2, about 2.0 at"),
        ([keys_held(8, C4), keys_held(8, C4)], "Only C4 before training; 1 key at epoch 1, about 1.0 at once."),
        ([keys_held(8, C4)], ""),
    ],
)
def test_the_journey_in_words(pieces, said):
    sentence = evolution_words.journey_in_words(np.arange(len(pieces)), np.array(pieces))
    assert sentence.startswith(said)
    assert bool(sentence) == bool(said)


def test_the_journey_of_a_reconstruction_tells_how_much_was_found():
    original = keys_held(8, C4, E4)
    pieces = np.array([keys_held(8), keys_held(8, C4, E4 + 1), original])
    assert evolution_words.journey_in_words(np.array([0, 5, 10]), pieces, original) == (
        "Silence before training; 2 keys at epoch 5, with 50 % of the original found; "
        "2 keys at epoch 10, with 100 % of the original found."
    )


def test_noise_is_heard_as_far_as_it_tells_anything():
    roll = np.zeros((128, N_KEYS), bool)
    roll[::2] = True  # 64 times all keys
    shown = evolution.first_notes(Piece.from_pianoroll(roll))
    assert shown.n_steps == 2 * (evolution.MOST_NOTES // N_KEYS)
    assert evolution.MOST_NOTES - N_KEYS < len(shown.notes) <= evolution.MOST_NOTES
    short = Piece.from_pianoroll(roll[:8])
    assert evolution.first_notes(short) is short


def test_silence_and_held_keys_are_told_when_a_model_writes_alone():
    roll = keys_held(128)
    roll[:2, C4] = roll[3:5, E4] = True
    assert "It falls silent for 7 measures." in evolution_words.in_words(roll)
    assert "silent" not in evolution_words.in_words(roll, roll)  # a segment may be silent where its original is


@pytest.mark.parametrize(
    ("valid", "chosen", "said"),
    [
        ((0.030, 0.025, 0.020), 3, model_texts.CURVES_TO_THE_END),
        ((0.030, 0.020, 0.025), 2, model_texts.CURVES_OVERFITTING),
        ((0.030, 0.020, 0.0201), 2, model_texts.CURVES_LEVEL),
    ],
)
def test_what_the_curves_say(valid, chosen, said):
    sentence = learning.curves_in_words(history(*valid), chosen)
    assert f"Epoch **{chosen}** of 3 was kept" in sentence
    assert sentence.endswith(said)


def test_no_epoch_is_called_the_best_that_is_not():
    sentence = learning.curves_in_words(history(0.03, 0.025, 0.02), 2)
    assert sentence == model_texts.CURVES_KEPT.format(chosen=2, epochs=3)


def test_nothing_is_said_of_an_epoch_that_the_record_does_not_know():
    assert learning.curves_in_words(history(0.03, 0.02), 7) == ""
    assert learning.curves_in_words(history(0.03, 0.02), None) == ""
    assert learning.curves_in_words({}, 1) == ""
