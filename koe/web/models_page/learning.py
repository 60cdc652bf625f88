"""How a model learned: its curves over the epochs, and how its weights spread."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from koe.plots.ridgelines import ridgeline_figure, spread
from koe.plots.training import curves_figure
from koe.web.frame import palette
from koe.web.models_page.evolution_words import at_epoch
from koe.web.page_errors import in_one_sentence
from koe.web.result.result import STILL
from koe.web.texts import models_page as model_texts
from koe.web.texts import pages as texts

if TYPE_CHECKING:
    from koe.models.cards import ModelCard
    from koe.models.record import TrainingRecord

MEASURES = ("mse", "binary_accuracy")
HEIGHT = 280
RISEN = 1.01  # times the lowest loss: from there on it is called rising
CHANGED = 1.1  # times the spread at first: from there on it is called another
LATE = 0.9  # of all epochs: a best epoch after this is called one of the last


def show_curves(card: "ModelCard", record: "TrainingRecord", chosen: int | None) -> None:
    """Error and accuracy side by side; the loss itself below, where it is another measure."""
    st.markdown(model_texts.CURVES_LEAD)
    if sentence := curves_in_words(record.history, chosen):
        st.markdown(sentence)
    loss = card.recipe.get("loss", "mse")
    # The measure that the paper trained with and reports comes first, whatever ours was.
    for column, measure in zip(st.columns(2, gap="large"), MEASURES, strict=True):
        with column:
            _curves(card, record.history, measure, model_texts.CURVES[measure], chosen)
    if loss != "mse":
        name = model_texts.LOSSES.get(loss, loss)
        with st.expander(model_texts.CURVES_LOSS.format(loss=name)):
            st.caption(model_texts.CURVES_LOSS_HELP)
            _curves(card, record.history, "loss", name, chosen)


def _curves(card: "ModelCard", history: Mapping[str, np.ndarray], measure: str, title: str, chosen: int | None) -> None:
    st.header(title, anchor=False)
    figure = curves_figure(
        history,
        measure,
        chosen=chosen,
        names=model_texts.CURVE_NAMES,
        axis=model_texts.EPOCHS_AXIS,
        palette=palette(),
        height=HEIGHT,
    )
    if not figure.data:
        st.caption(model_texts.CURVES_NONE)
        return
    alt = model_texts.CURVES_ALT.format(title=title, model=card.title)
    st.plotly_chart(figure, key=f"curves-{card.name}-{measure}", config=STILL, alt=alt)


def curves_in_words(history: Mapping[str, np.ndarray], chosen: int | None) -> str:
    """Which epoch was kept, and what came after it; empty where that is not known."""
    valid, train = history.get("valid_loss"), history.get("loss")
    epochs = history.get("epoch")
    if valid is None or epochs is None or chosen is None or chosen not in epochs:
        return ""
    place = int(np.flatnonzero(epochs == chosen)[0])
    if np.isnan(valid[place]) or valid[place] > np.nanmin(valid):
        return model_texts.CURVES_KEPT.format(chosen=chosen, epochs=len(epochs))
    sentences = [model_texts.CURVES_CHOSEN.format(chosen=chosen, epochs=len(epochs))]
    if place + 1 > LATE * len(epochs):
        sentences.append(model_texts.CURVES_TO_THE_END)
    elif valid[-1] > RISEN * valid[place] and train is not None and train[-1] < train[place]:
        sentences.append(model_texts.CURVES_OVERFITTING)
    else:
        sentences.append(model_texts.CURVES_LEVEL)
    return " ".join(sentences)


@st.fragment
def show_weights(card: "ModelCard", record: "TrainingRecord", chosen: int | None) -> None:
    """Hills of one layer's weights; choosing another layer runs nothing else of the page."""
    with in_one_sentence():
        _show_weights(card, record, chosen)


def _show_weights(card: "ModelCard", record: "TrainingRecord", chosen: int | None) -> None:
    st.markdown(model_texts.WEIGHTS_LEAD)
    path = st.selectbox(
        model_texts.WEIGHTS_LAYER,
        list(record.histograms),
        format_func=lambda path: layer_name(path, card.name),
        key=f"weights-{card.name}",
        help=model_texts.WEIGHTS_LETTERS.get(card.kind),
        persist_state="session",
        width=340,
    )
    counts, edges, epochs = record.histograms[path], record.edges[path], record.weight_epochs
    there = counts.any(axis=1)  # some layers join later
    if there.any():
        counts, epochs = counts[there], epochs[there]
    st.markdown(weights_in_words(counts, edges, epochs))
    figure = ridgeline_figure(
        counts, edges, epochs, chosen=chosen, label=model_texts.EPOCH, axis=model_texts.EPOCHS_AXIS, palette=palette()
    )
    alt = model_texts.WEIGHTS_ALT.format(layer=layer_name(path, card.name), model=card.title)
    st.plotly_chart(figure, key=f"ridges-{card.name}", config=STILL, alt=alt)
    st.caption(model_texts.WEIGHTS_LEGEND)


def layer_name(path: str, model: str) -> str:
    """A variable as people may call it.

    Examples
    --------
    >>> layer_name("ae1/E1/kernel", "ae1"), layer_name("L2/lstm_cell/recurrent_kernel", "lstm1")
    ('E1, weights', 'L2, weights of its memory')
    """
    parts = [part for part in path.split("/") if part != model]
    return f"{parts[0]}, {model_texts.VARIABLES.get(parts[-1], parts[-1])}" if len(parts) > 1 else path


def weights_in_words(counts: np.ndarray, edges: np.ndarray, epochs: Sequence[int] | np.ndarray) -> str:
    """How far the weights spread at the first and at the last kept epoch."""
    first, last = (spread(counts[index], edges)[1] for index in (0, -1))
    if last > CHANGED * first:
        change = model_texts.WEIGHTS_APART
    else:
        change = model_texts.WEIGHTS_TOGETHER if last * CHANGED < first else model_texts.WEIGHTS_SAME
    return model_texts.WEIGHTS_SPREAD.format(
        n=texts.count(int(counts[-1].sum()), "number"),
        first=f"{first:.3f}",
        begin=at_epoch(int(epochs[0])),
        last=f"{last:.3f}",
        end=at_epoch(int(epochs[-1])),
        change=change,
    )
