"""The evolution player: what a model made after each epoch, to be seen, heard, and told in words."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from koe.music.faults import BURST_KEYS, SILENCE_STEPS, STUCK_STEPS, longest_note, longest_silence
from koe.music.grid import LOWEST_PITCH, STEPS_PER_MEASURE
from koe.music.notes import pitch_name
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.piece import Piece
from koe.plots.comparison import shared_pitches
from koe.plots.pianoroll import MOST_NOTES
from koe.web import model_texts, state, texts
from koe.web.frame import in_one_sentence
from koe.web.result import show_result

if TYPE_CHECKING:
    from koe.models.cards import ModelCard
    from koe.models.record import TrainingRecord

HEIGHT, HEIGHT_ALONE = 250, 320


@dataclass(frozen=True)
class Heard:
    """What can be counted in a roll.

    Attributes
    ----------
    n_notes, n_keys : int
        Notes, and different keys among them.
    lowest, highest : int
        MIDI pitches; 0 in silence.
    keys_at_once : float
        On average, over the steps at which any key sounds.
    silence, stuck : int
        Steps: the longest silence, and the longest time that one key sounds.
    """

    n_notes: int
    n_keys: int
    lowest: int
    highest: int
    keys_at_once: float
    silence: int
    stuck: int


def heard(roll: np.ndarray) -> Heard:
    """Count what sounds in a roll, bool, ``(steps, 88)``."""
    pitches = np.flatnonzero(roll.any(axis=0)) + LOWEST_PITCH
    at_once = roll.sum(axis=1)
    return Heard(
        n_notes=len(notes_from_pianoroll(roll)),
        n_keys=len(pitches),
        lowest=int(pitches.min(initial=127)) if len(pitches) else 0,
        highest=int(pitches.max(initial=0)),
        keys_at_once=float(at_once[at_once > 0].mean()) if len(pitches) else 0.0,
        silence=longest_silence(roll),
        stuck=longest_note(roll),
    )


def in_words(roll: np.ndarray, original: np.ndarray | None = None) -> str:
    """A sentence or two about one piece: how much it plays, how close it is, what is wrong with it.

    Parameters
    ----------
    roll : np.ndarray, shape=(steps, 88), dtype=bool
        What the model made.
    original : np.ndarray, shape=(steps, 88), dtype=bool, optional
        What it should have made, where there is such a thing.
    """
    found = heard(roll)
    if not found.n_notes:
        return model_texts.EVOLUTION_NOTHING
    if found.n_keys == 1:
        sentences = [
            model_texts.EVOLUTION_ONE_KEY.format(key=pitch_name(found.lowest), notes=texts.count(found.n_notes, "note"))
        ]
    else:
        sentences = [
            model_texts.EVOLUTION_KEYS.format(
                notes=texts.count(found.n_notes, "note"),
                keys=texts.count(found.n_keys, "key"),
                lowest=pitch_name(found.lowest),
                highest=pitch_name(found.highest),
                at_once=f"{found.keys_at_once:.1f}",
            )
        ]
    if original is not None:
        hits = int((roll & original).sum())
        if original.any():
            recall, precision = (f"{100 * hits / whole.sum():.0f} %" for whole in (original, roll))
            sentences.append(model_texts.EVOLUTION_FOUND.format(recall=recall, precision=precision))
    else:
        sentences += faults_in_words(found)
    return " ".join(sentences)


def faults_in_words(found: Heard) -> list[str]:
    """What goes wrong when a model writes on its own, a sentence each."""
    faults = []
    if found.keys_at_once > BURST_KEYS:
        faults.append(model_texts.EVOLUTION_NOISE)
    if found.silence >= SILENCE_STEPS:
        faults.append(model_texts.EVOLUTION_SILENCE.format(measures=_measures(found.silence)))
    if found.stuck >= STUCK_STEPS:
        faults.append(model_texts.EVOLUTION_STUCK.format(measures=_measures(found.stuck)))
    return faults


def journey_in_words(epochs: np.ndarray, pieces: np.ndarray) -> str:
    """What to notice over all epochs: silence, the first keys, how many there are in the end.

    Parameters
    ----------
    epochs : np.ndarray, shape=(n,), dtype=int
    pieces : np.ndarray, shape=(n, steps, 88), dtype=bool
        What was made at each; without what was given.
    """
    if len(epochs) < 2:
        return ""
    n_keys = pieces.any(axis=1).sum(axis=1)
    sounding, several = np.flatnonzero(n_keys), np.flatnonzero(n_keys > 1)
    if not len(sounding):
        return model_texts.JOURNEY_SILENT
    parts = []
    if sounding[0]:
        last = int(epochs[sounding[0] - 1])
        parts.append(model_texts.JOURNEY_SILENT_UNTIL.format(epoch=last) if last else model_texts.JOURNEY_SILENT_BEFORE)
    if n_keys[sounding[0]] == 1:
        key = pitch_name(int(np.argmax(pieces[sounding[0]].any(axis=0))) + LOWEST_PITCH)
        parts.append(model_texts.JOURNEY_ONE_KEY.format(key=key, at_epoch=at_epoch(int(epochs[sounding[0]]))))
    for index in dict.fromkeys([*several[:1].tolist(), len(epochs) - 1]):
        found = heard(pieces[index])
        keys = texts.count(found.n_keys, "key")
        when = at_epoch(int(epochs[index]))
        parts.append(model_texts.JOURNEY_KEYS.format(keys=keys, at_epoch=when, at_once=f"{found.keys_at_once:.1f}"))
    sentence = "; ".join(parts) + "."
    return sentence[0].upper() + sentence[1:]


def epoch_name(epoch: int, chosen: int | None = None) -> str:
    """How an epoch is called: ``"before training"``, ``"epoch 12"``, ``"epoch 28, the one kept"``."""
    if epoch == 0:
        return model_texts.EPOCH_ZERO
    return (model_texts.EPOCH_CHOSEN if epoch == chosen else model_texts.EPOCH).format(epoch=epoch)


def at_epoch(epoch: int) -> str:
    """When something was so: ``"before training"``, ``"at epoch 12"``."""
    return model_texts.AT_EPOCH.format(epoch=epoch) if epoch else model_texts.EPOCH_ZERO


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
    if journey := journey_in_words(epochs, made):
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
    if card.kind == "continuation":
        st.markdown(in_words(made[index]))
        piece = first_notes(Piece.from_pianoroll(np.concatenate([record.original, made[index]]), title=title))
        made_from = len(record.original)
        show_result(piece, key, made_from=made_from, height=HEIGHT_ALONE, pitches=pitches, autoplay=autoplay)
        st.caption(model_texts.EVOLUTION_GIVEN)
        return
    st.markdown(in_words(made[index], record.original))
    with st.container(key="evolution-rolls"):
        left, right = st.columns(2, gap="large")
    with right:
        st.caption(model_texts.EVOLUTION_MADE.format(epoch=name))
        piece = Piece.from_pianoroll(made[index], title=title)
        show_result(piece, key, height=HEIGHT, pitches=pitches, autoplay=autoplay, usable=False)
    with left:
        st.caption(model_texts.EVOLUTION_ORIGINAL)
        original = Piece.from_pianoroll(record.original, title=model_texts.EVOLUTION_ORIGINAL)
        show_result(original, f"{key}-original", made_from=None, height=HEIGHT, pitches=pitches, usable=False)


def first_notes(piece: Piece) -> Piece:
    """The piece as far as its roll shows it: noise may have more notes than are drawn."""
    if len(piece.notes) <= MOST_NOTES:
        return piece
    return piece.slice(0, piece.notes[MOST_NOTES].onset)


def _measures(steps: int) -> str:
    return texts.count(steps // STEPS_PER_MEASURE, "measure")
