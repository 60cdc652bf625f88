"""What pieces do as a whole, as tables: what returns, where they go, how they end, what goes wrong."""

from collections.abc import Mapping
from html import escape
from typing import Any

from koe.plots.page import html_table

LAGS = {"1-2": "1 or 2 measures back", "3-8": "3 to 8", "9-16": "9 to 16", "17-": "further back", "all": "in all"}
KINDS = {"exact": "exactly", "alike": "four notes of five", "in_any_key": "four of five, in any key"}
FIGURES = {
    "home": "four measures in the home key",
    "near": "in it or a near one",
    "changes": "in another key than the four before",
    "home_at_last": "pieces whose last four are at home",
    "tonic_chord": "end with the tonic’s chord",
    "tonic_bass": "end over the tonic",
    "silence": "silent for more than two measures",
    "stuck": "a key held for more than four measures",
    "burst": "more than twelve keys at once",
    "any_fault": "any of these",
    "ended": "end by themselves, at about the length that was asked",
}
HEADINGS = {"repetition": "share of measures that repeat an earlier one", "keys": "keys", "endings": "share of pieces"}
SIDES = {"written": "written", "guarded": "written, faulty stretches drawn again", "real": "real"}


def form_parts(form: Mapping[str, Any] | None) -> list[Any]:
    """The tables of a report's ``form``, as HTML; none where it has none.

    Parameters
    ----------
    form : mapping or None
        See `koe.evaluation.form.evaluate`.
    """
    if not form:
        return []
    parts = ["<h3>What returns, and where it goes</h3>"]
    for part, figures in form.items():
        if part == "real_endings":
            figures = {name: {"real": figure} for name, figure in (figures or {}).items()}
            part = "endings"
        if figures:
            parts.append(_table(HEADINGS.get(part, "share of pieces"), figures))
    return parts


def _table(heading: str, figures: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(figures.values()))
    sides = {side: words for side, words in SIDES.items() if side in first}
    ratios = {"ratio": "ratio"} if "ratio" in first else {}
    rows = [
        [
            escape(words_for(name)),
            *(_shown(figure[side], ".1%") for side in sides),
            *(_shown(figure[key], ".2f") for key in ratios),
        ]
        for name, figure in figures.items()
    ]
    return html_table([heading, *sides.values(), *ratios.values()], rows)


def words_for(name: str) -> str:
    """What a figure is called."""
    kind, _, lags = name.partition(" ")
    if lags:
        return f"{KINDS[kind]}, {LAGS[lags]}"
    return FIGURES.get(name, name.replace("_", " "))


def _shown(figure: Mapping[str, Any] | None, form: str) -> str:
    if figure is None:
        return "–"
    within = figure["interval"]
    return f"{figure['value']:{form}}" + (
        f"<br><small>{within[0]:{form}} – {within[1]:{form}}</small>" if within else ""
    )
