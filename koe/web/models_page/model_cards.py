"""A model's card, as the visitor reads it."""

from typing import TYPE_CHECKING

import streamlit as st

from koe.web.texts import models_page as model_texts
from koe.web.texts import pages as texts
from koe.web.texts.language import grouped

if TYPE_CHECKING:
    from koe.models.cards import ModelCard


def description(card: "ModelCard") -> str:
    """What a model is, in a sentence; the card's own where nobody has put it into the visitor's language."""
    return model_texts.DESCRIPTIONS.get(card.name, card.description)


def facts(card: "ModelCard") -> str:
    """Size and training in one line."""
    minutes, epochs = card.recipe.get("minutes"), card.recipe.get("epochs_trained")
    size, length, duration = model_texts.MODELS_FACTS
    parts = [size.format(parameters=grouped(card.parameters))]
    if epochs:
        parts.append(length.format(epochs=texts.count(epochs, "epoch")))
    if minutes:
        whole = round(minutes)
        hours = texts.count(round(minutes / 60), "hour")
        parts.append(duration.format(minutes=texts.count(whole, "minute") if whole < 100 else hours))
    return " · ".join(parts)


def show_card(card: "ModelCard") -> None:
    """Layers, recipe, and where a model comes from."""
    st.markdown("  \n".join(origin(card)))
    with st.expander(model_texts.CARD_ALL):
        st.json(card.to_dict(), expanded=1)


def _data(card: "ModelCard") -> str:
    """The pieces that a model was made with; how many of them it learned from, which is the number of a verdict."""
    name, splits = card.data.get("name", ""), card.data.get("splits", {})
    counts = {split: splits.get(split, {}).get("pieces", 0) for split in ("train", "valid", "test")}
    if not name or not all(counts.values()):
        return name
    return model_texts.CARD_SPLITS.format(name=name, **{split: grouped(count) for split, count in counts.items()})


def origin(card: "ModelCard") -> list[str]:
    """Layers, training data, seed, date, licence and hash, a line each where known."""
    known = (
        (model_texts.CARD_LAYERS, card.architecture),
        (model_texts.CARD_DATA, _data(card)),
        (model_texts.CARD_TRAINED, card.date[:10]),
        (model_texts.CARD_SEED, card.recipe.get("seed")),
        (texts.THRESHOLD, f"{card.threshold:.2f}"),
        (model_texts.CARD_LICENCE, card.licence),
        (model_texts.CARD_ATTRIBUTION, card.attribution),
        (model_texts.CARD_HASH, card.weights_sha256[:16]),
    )
    return [f"**{label}:** {texts.escape(str(value))}" for label, value in known if value not in (None, "")]
