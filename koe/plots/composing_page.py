"""The evaluation of a network that composes, as one page that a person can read."""

from collections.abc import Mapping
from html import escape
from typing import Any

from koe.plots.evaluation_page import Part, generation_parts, origin
from koe.plots.form_tables import form_parts
from koe.plots.page import html_page, html_table


def composing_page(report: Mapping[str, Any]) -> str:
    """One HTML page with all that a report says; it loads nothing from elsewhere.

    Parameters
    ----------
    report : mapping
        What ``koe evaluate`` writes as JSON of a model that composes.
    """
    title = f"{report['title']} on the {report['split']} split"
    rows = [
        [escape(part or "all"), f"{one['pieces']:,}", f"{one['steps']:,}", *(f"{one[key]:.3f}" for key in _NATS)]
        for part, one in report["parts"].items()
    ]
    parts: list[Part] = [
        f"<h1>{escape(title)}</h1>",
        "<p>What whole pieces cost, exactly, in nats a sixteenth; nothing is told of them but the metre.</p>",
        html_table(["part", "pieces", "sixteenths", *_NATS.values()], rows),
    ]
    if report["composed"]:
        parts += _composed(report["composed"])
    if report["generation"]:
        parts += generation_parts(report)
    return html_page(title, [*parts, origin(report)])


_NATS = {"nats_a_step": "nats", "when": "when", "which": "which key", "long": "how long"}


def _composed(composed: Mapping[str, Any]) -> list[Part]:
    ended, overlaps = composed["ended"], composed["overlaps"]
    within = " ({:.1%} to {:.1%})".format(*ended["interval"])
    rows = [
        [escape(name.replace("_", " ")), "–" if value is None else f"{value:.2f}"] for name, value in overlaps.items()
    ]
    return [
        "<h2>Whole pieces</h2>",
        f"<p>{composed['n_pieces']:,} pieces of about {composed['n_measures']} measures beside {composed['n_real']:,} "
        f"real ones that are as long. <strong>{ended['value']:.1%}</strong>{within} end by themselves within a quarter "
        f"of that; on average they are {composed['length']:.2f} times as long as was asked.</p>",
        *form_parts(composed["form"]),
        html_table(["descriptor", "overlap with real pieces"], rows),
    ]
