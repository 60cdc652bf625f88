"""The evolution player: what a model made after each epoch, to be seen and heard."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from koe.music.piece import Piece
from koe.plots.axes import shared_pitches
from koe.web.models_page.evolution_words import epoch_name, in_words, journey_in_words
from koe.web.page_errors import in_one_sentence
from koe.web.result.result import show_result
from koe.web.session import state
from koe.web.texts import models_page as model_texts

if TYPE_CHECKING:
    from koe.models.cards import ModelCard
    from koe.models.record import TrainingRecord

HEIGHT, HEIGHT_ALONE = 250, 320
MOST_NOTES = 3000  # noise has more; they take long to become sound, and say no more


def written(record: "TrainingRecord") -> np.ndarray:
    """What the model wrote at each kept epoch, without the beginning that it was given to go on from.

    Returns
    -------
    pieces : np.ndarray, shape=(n_pieces, steps, 88), dtype=bool
    """
    n_given = len(record.original)
    begins = n_given < record.pieces.shape[1] and (record.pieces[:, :n_given] == record.original).all()
    return record.pieces[:, n_given:] if begins else record.pieces


@st.fragment
def show_evolution(card: "ModelCard", record: "TrainingRecord", chosen: int | None) -> None:
    """Slider, rolls, player and words; moving the slider runs nothing else of the page."""
    with in_one_sentence():
        _show(card, record, chosen)


def _show(card: "ModelCard", record: "TrainingRecord", chosen: int | None) -> None:
    epochs, made = record.piece_epochs, written(record)
    st.markdown(model_texts.EVOLUTION_LEAD[card.kind])
    wanted = record.original if card.kind == "latent" else None
    if journey := journey_in_words(epochs, made, wanted):
        st.markdown(model_texts.JOURNEY.format(journey=journey))
    start = len(epochs) - 1 if chosen is None else int(np.argmin(np.abs(epochs - chosen)))
    asked = f"evolution-{card.name}-asked"
    index = st.select_slider(
        model_texts.EVOLUTION_SLIDER,
        range(len(epochs)),
        start,
        format_func=lambda number: epoch_name(int(epochs[number]), chosen),
        key=f"evolution-{card.name}",
        help=model_texts.EVOLUTION_HELP[card.kind],
        persist_state="session",
        on_change=lambda: state.keep(asked, state.visit()),
    )
    name = epoch_name(int(epochs[index]))
    title, key = f"{card.title}, {name}", f"evolution-{card.name}"
    # Who moves the slider wants to hear; who only comes back to the page may not.
    autoplay = state.kept(asked, 0) == state.visit()
    # One scale for all epochs, so that nothing jumps but the notes.
    pitches = shared_pitches(record.original, *made)
    st.markdown(in_words(made[index], wanted))
    if wanted is None:
        piece = first_notes(Piece.from_pianoroll(np.concatenate([record.original, made[index]]), title=title))
        made_from = len(record.original)
        show_result(piece, key, made_from=made_from, height=HEIGHT_ALONE, pitches=pitches, autoplay=autoplay)
        st.caption(model_texts.EVOLUTION_GIVEN)
        return
    with st.container(key="evolution-rolls"):
        left, right = st.columns(2, gap="large")
    with right:
        st.caption(model_texts.EVOLUTION_MADE.format(epoch=name))
        piece = Piece.from_pianoroll(made[index], title=title)
        show_result(piece, key, height=HEIGHT, pitches=pitches, autoplay=autoplay, usable=False)
    with left:
        st.caption(model_texts.EVOLUTION_ORIGINAL)
        original = Piece.from_pianoroll(wanted, title=model_texts.EVOLUTION_ORIGINAL)
        show_result(original, f"{key}-original", made_from=None, height=HEIGHT, pitches=pitches, usable=False)


def first_notes(piece: Piece) -> Piece:
    """The piece, or as much of it as `MOST_NOTES` are."""
    if len(piece.notes) <= MOST_NOTES:
        return piece
    return piece.slice(0, piece.notes[MOST_NOTES].onset)
