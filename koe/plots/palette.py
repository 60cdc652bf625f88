"""The colours of all pictures: ink for what people wrote, vermilion for what a network made.

The colours that stand beside one another stay apart for the three common
kinds of colour blindness and in greyscale; where a picture must say more, shape says
it too (notes that a network missed are drawn hollow).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme, as ``#rrggbb``.

    Attributes
    ----------
    original : str
        Notes that a person wrote; in a comparison, notes found in both.
    made : str
        Notes that a network wrote.
    missed : str
        Notes of the original that a reconstruction lacks; drawn hollow.
    paper : str
        The ground that pictures lie on.
    text : str
        Axis labels.
    """

    original: str
    made: str
    missed: str
    paper: str
    text: str


LIGHT = Palette(original="#2b3a55", made="#c2492f", missed="#2f86c8", paper="#fbf7f0", text="#5d564d")
DARK = Palette(original="#e9e2d6", made="#e8694b", missed="#5aa9e6", paper="#1b1815", text="#b9b0a4")

# Of the letters of a form, dark writing on them in either theme; the letter itself says the same.
FORM = ("#7fb2d6", "#e3b04f", "#93bf85", "#c6a3cf", "#d9d2bd", "#e59c8c")
# Grid lines, black keys and the chosen segment lie on either ground, so they
# are greys and accents with little opacity.
MEASURE_LINE = "rgba(128,118,105,0.42)"
BEAT_LINE = "rgba(128,118,105,0.14)"
BLACK_KEYS = "rgba(128,118,105,0.075)"


def with_alpha(color: str, alpha: float) -> str:
    """Turn ``#rrggbb`` into ``rgba(r,g,b,alpha)``."""
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{alpha:g})"
