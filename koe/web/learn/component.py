"""Lessons in the page, as components without a build step: the kit that they share, and each one's own scripts."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from koe.plots.palette import DARK, LIGHT, MEASURE_LINE, Palette
from koe.web.browser.component import component
from koe.web.texts import learn as texts
from koe.web.texts.language import notation_for_scripts

# What a lesson is made of besides the kit; the last script is the lesson itself.
LESSONS: Mapping[str, tuple[str, ...]] = {
    "beginnings": ("beginnings.js",),
    "downhill": ("optimizers.js", "surface.js", "downhill.js"),
    "layers": ("network.js", "layers.js"),
    "lookback": ("lookback.js",),
    "memory": ("memory.js",),
    "neuron": ("optimizers.js", "network.js", "neuron.js"),
    "number": ("number.js",),
    "squeeze": ("squeeze.js",),
    "text": ("text.js",),
    "training": ("optimizers.js", "network.js", "training.js"),
}
_SHARED = ("../browser/preview.js", "kit.js")

# Four that stay apart for the common kinds of colour blindness (Okabe and Ito), darker on light paper.
LIGHT_FOUR = ("#c2492f", "#0072b2", "#00724f", "#8a5a00")
DARK_FOUR = ("#e8694b", "#5aa9e6", "#3fbf94", "#e6b04f")

_HERE = Path(__file__).parent


@cache
def _component(lesson: str) -> Callable[..., Any]:
    scripts = (*_SHARED, *LESSONS[lesson])
    return component(f"koe_learn_{lesson}", _HERE, scripts, html="kit.html", style="kit.css")


def mount_lesson(
    lesson: str, labels: Mapping[str, str], given: Mapping[str, Any] | None = None, *, key: str | None = None
) -> None:
    """Show a lesson.

    Parameters
    ----------
    lesson : str
        One of `LESSONS`.
    labels : mapping of str to str
        Its words: ``lesson``, ``picture``, each control by its key, each choice
        as ``key-value``, each preset as ``preset-name`` and what is said of it
        as ``told-name``.
    given : mapping, optional
        What it works on. Where that changes, the lesson begins anew.
    key : str, optional
        The lesson's name unless given.
    """
    data = {
        "labels": {**texts.LESSON, **labels},
        "given": dict(given) if given else None,
        "notation": notation_for_scripts(),
        "palettes": {"light": _colors(LIGHT, LIGHT_FOUR), "dark": _colors(DARK, DARK_FOUR)},
    }
    _component(lesson)(key=key or f"learn-{lesson}", data=data)


def _colors(palette: Palette, four: tuple[str, ...]) -> dict[str, Any]:
    return {**asdict(palette), "line": MEASURE_LINE, "four": list(four)}
