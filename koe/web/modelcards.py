"""A model's card, as the visitor reads it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from koe.web import texts

if TYPE_CHECKING:
    from koe.models.cards import ModelCard

MEASURES = ("f1", "precision", "recall", "mse", "binary_accuracy")
_FORMATS = {"mse": ".4f", "binary_accuracy": ".4f"}


def show_card(card: "ModelCard") -> None:
    """What a model is, how well it does beside its baselines, and where it comes from."""
    st.markdown(card.description)
    st.caption(card.architecture)
    if table := metrics_table(card):
        st.markdown(table)
    st.caption("  \n".join(origin(card)))


def metrics_table(card: "ModelCard") -> str:
    """Test metrics of a model above those of its baselines, as a Markdown table; empty without any."""
    test = card.metrics.get("test") or {}
    baselines = card.metrics.get("baselines") or test.get("baselines") or {}
    if not test:
        return ""
    head = [texts.CARD_COLUMN, *(texts.CARD_MEASURES[name] for name in MEASURES)]
    rows = [(f"**{card.title}**", test), *((texts.BASELINES.get(name, name), row) for name, row in baselines.items())]
    lines = [head, [":--", *["--:"] * len(MEASURES)], *([name, *_figures(row)] for name, row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _figures(row: Mapping[str, Any]) -> list[str]:
    return [format(row[name], _FORMATS.get(name, ".3f")) if name in row else "–" for name in MEASURES]


def origin(card: "ModelCard") -> list[str]:
    """Training data, seed, date, licence and hash, a line each where known."""
    known = (
        (texts.CARD_DATA, card.data.get("name")),
        (texts.CARD_TRAINED, card.date[:10]),
        (texts.CARD_SEED, card.recipe.get("seed")),
        (texts.THRESHOLD, f"{card.threshold:.2f}"),
        (texts.CARD_LICENCE, card.licence),
        (texts.CARD_ATTRIBUTION, card.attribution),
        (texts.CARD_HASH, card.weights_sha256[:16]),
    )
    return [f"{label}: {texts.escape(str(value))}" for label, value in known if value not in (None, "")]
