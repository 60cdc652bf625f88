"""How good a model is: its figures beside those of baselines, of its siblings and of the paper."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from koe.errors import ModelError
from koe.music.grid import STEPS_PER_MEASURE
from koe.web.serving import cached_studio
from koe.web.texts import models_page as model_texts
from koe.web.texts import pages as texts
from koe.web.texts.errors import told
from koe.web.texts.language import grouped

if TYPE_CHECKING:
    from koe.models.cards import ModelCard

Report = Mapping[str, Any]

NONE = "–"
COMPOSERS_HEIGHT = 420  # there may be dozens of them, so they scroll
_FORMATS = {
    "mse": ".4f",
    "f1": ".3f",
    "binary_accuracy": ".4f",
    "nats_a_step": ".3f",
    "velocity": ".3f",
    "tempo": ".3f",
    "pedal": ".3f",
}


def show_figures(chosen: "ModelCard", cards: Sequence["ModelCard"]) -> None:
    """One table of all that do what the chosen model does; what explains it, and more, below to be opened."""
    alike = [card for card in cards if card.kind == chosen.kind]
    reports = {card.name: report_of(card) for card in alike}
    st.markdown(model_texts.FIGURES_LEAD[chosen.kind])
    with st.container(key="figures"):
        st.markdown(figures_table(chosen, alike, reports))
    if chosen.kind in ("latent", "continuation"):  # the others are not in the paper
        st.caption(model_texts.FIGURES_NOTE)
    with st.expander(model_texts.FIGURES_HOW):
        hows = {"composition": model_texts.FIGURES_HOW_COMPOSING, "performance": model_texts.FIGURES_HOW_PERFORMING}
        how = hows.get(chosen.kind, model_texts.FIGURES_HOW_TEXT)
        st.markdown(how + " ".join(_sources(alike)))
    report = reports[chosen.name]
    if composers := report.get("composers"):
        with st.expander(model_texts.COMPOSERS):
            baseline = _baseline_name(report.get("main_baseline") or "")
            st.markdown(model_texts.COMPOSERS_TEXT.format(baseline=baseline))
            with st.container(height=COMPOSERS_HEIGHT, border=False):
                st.markdown(composers_table(composers))
    if generation := report.get("generation"):
        with st.expander(model_texts.ALONE):
            st.markdown(generation_in_words(chosen, generation))


def report_of(card: "ModelCard") -> Report:
    """What was measured of a model on the test pieces; what its card says where there is nothing more."""
    try:
        report = cached_studio.evaluation(card.name)
    except ModelError as error:
        st.error(texts.escape(told(error)), icon=":material/error:")
        report = None
    if report is not None:
        return report
    test = card.metrics.get("test") or {}
    return {**test, "baselines": card.metrics.get("baselines") or test.get("baselines") or {}}


def figures_table(chosen: "ModelCard", cards: Sequence["ModelCard"], reports: Mapping[str, Report]) -> str:
    """Ours, the baselines and the paper's, as a Markdown table.

    Parameters
    ----------
    chosen : ModelCard
        Whose row is in bold, with intervals, and whose baselines are shown.
    cards : sequence of ModelCard
        All models that share a task.
    reports : mapping of str to mapping
        What was measured of each, by its name; see `report_of`.
    """
    columns = _columns(chosen)
    rows = [[model_texts.FIGURES_COLUMN, *columns.values(), *model_texts.FIGURES_TRAINING]]
    for card in cards:
        epochs = _epochs(card.recipe.get("epoch_chosen"), card.recipe.get("epochs_trained"))
        is_chosen = card.name == chosen.name
        measured = [_number(reports[card.name], name, intervals=is_chosen) for name in columns]
        row = [card.title, *measured, epochs, grouped(card.parameters)]
        rows.append([f"**{cell}**" for cell in row] if is_chosen else row)
    names = {card.name for card in cards}
    for name, figures in (reports[chosen.name].get("baselines") or {}).items():
        if name not in names:  # PCA is a baseline and a model
            rows.append([_baseline_name(name), *(_number(figures, column) for column in columns), NONE, NONE])
    for card in cards:
        if paper := cached_studio.studio().paper_figures(card.name):
            loss = f"{paper.test_loss:.4g}"
            accuracy = NONE if paper.test_accuracy is None else f"{paper.test_accuracy:.2f}"
            rows.append(
                [
                    model_texts.FIGURES_PAPER.format(model=card.title),
                    model_texts.FIGURES_BELOW.format(value=loss) if paper.below else loss,
                    NONE,
                    accuracy,
                    _epochs(paper.epoch_chosen, paper.epochs),
                    grouped(paper.parameters),
                ]
            )
    return _table(rows)


def composers_table(composers: Sequence[Mapping[str, Any]]) -> str:
    """How well a model does with each composer, as a Markdown table."""
    rows = [list(model_texts.COMPOSERS_COLUMNS)]
    for row in composers:
        errors = (_number(row, "mse"), _number(row, "f1"), _number({"mse": row.get("baseline_mse")}, "mse"))
        rows.append([texts.escape(str(row["composer"])), grouped(row["n_pieces"]), *errors])
    return _table(rows)


def generation_in_words(card: "ModelCard", generation: Report) -> str:
    """What goes wrong, beside real music, when a model writes by itself, and how much of it is copied."""
    measures = texts.count(generation["n_steps"] // STEPS_PER_MEASURE, "measure")
    parts = [model_texts.ALONE_TEXT[card.kind].format(n=grouped(generation["n_pieces"]), measures=measures)]
    rates = generation["rates"]
    columns = {
        who: head
        for who, head in model_texts.ALONE_COLUMNS.items()
        if any(who in rates.get(name, ()) for name in model_texts.ALONE_RATES)
    }
    rows = [[model_texts.ALONE_COLUMN, *(head.format(model=card.title) for head in columns.values())]]
    for name, label in model_texts.ALONE_RATES.items():
        if shares := rates.get(name):
            rows.append([label, *(f"{100 * shares[who]:.1f} %" for who in columns)])
    parts.append(_table(rows))
    if "guarded" in columns:
        parts.append(model_texts.ALONE_GUARD)
    if ratio := rates.get("density_ratio"):
        parts.append(model_texts.ALONE_DENSITY.format(times=f"{ratio:.2f}"))
    longest = ((generation.get("copying") or {}).get("generated") or {}).get("longest")
    if longest:
        parts.append(
            model_texts.ALONE_COPY.format(
                notes=texts.count(longest["n_notes"], "note"),
                steps=texts.count(longest["n_steps"], "sixteenth"),
                title=texts.escape(longest["source_title"] or longest["source_path"]),
                composer=texts.escape(longest["source_composer"] or NONE),
            )
        )
    return "\n\n".join(parts)


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, [":--", *["--:"] * (len(head) - 1)], *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _columns(card: "ModelCard") -> Mapping[str, str]:
    """What is shown of models that do what this one does, by its name in a report."""
    columns = {
        "composition": model_texts.FIGURES_COLUMNS_COMPOSING,
        "performance": model_texts.FIGURES_COLUMNS_PERFORMING,
    }
    return columns.get(card.kind, model_texts.FIGURES_COLUMNS)


def _number(figures: Report, name: str, *, intervals: bool = False) -> str:
    value = figures.get(name)
    if value is None:
        return NONE
    text = format(value, _FORMATS[name])
    around = (figures.get("intervals") or {}).get(name)
    if not (intervals and around):
        return text
    low, high = (format(end, _FORMATS[name]) for end in around)
    return model_texts.FIGURES_INTERVAL.format(value=text, low=low, high=high)


def _epochs(kept: int | None, trained: int | None) -> str:
    return model_texts.FIGURES_EPOCHS.format(kept=kept or trained, trained=trained) if trained else NONE


def _baseline_name(name: str) -> str:
    return model_texts.BASELINES.get(name, texts.escape(name))


def _sources(cards: Sequence["ModelCard"]) -> list[str]:
    """Where the paper says what the table says of it."""
    sentences = []
    for card in cards:
        if paper := cached_studio.studio().paper_figures(card.name):
            template = model_texts.FIGURES_SOURCE_ALONE if paper.train_loss is None else model_texts.FIGURES_SOURCE
            sentences.append(template.format(model=card.title, source=paper.source, loss=paper.train_loss))
    return sentences
