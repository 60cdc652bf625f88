"""The page that the server sends first: Streamlit's own, with a picture of Koe that is there before its scripts are.

A browser on a slow line shows it after some kilobytes. Its button can be
pressed at once; the press is handed on when the page is there (``shell.js``).
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

from koe.music.library import list_pieces, load_piece
from koe.plots.palette import DARK, LIGHT
from koe.plots.strip import strip_svg
from koe.settings import asset_folder
from koe.web.serving.front.packing import FACE, STATIC, family_of
from koe.web.texts import home as home_texts
from koe.web.texts import pages as texts
from koe.web.texts.language import in_language

FONTS = "koe"  # the folder of the fonts' addresses, below /static
STRIP_STEPS = 192
ROOT = Path(__file__).resolve().parents[4]

_HERE = Path(__file__).parent
_SCRIPTS = re.compile(r'<script type="module"[^>]*></script>|<link rel="modulepreload"[^>]*>')
_STYLES = re.compile(r'<link rel="stylesheet"[^>]*>')
# What Home asks for only when Streamlit's own scripts run; named beforehand it is there by then.
_SOON = ("Button", "Html", "purify.es", "PageLink", "BidiComponent", "_arrayReduce", "serialization", "recordbatch")


@dataclass(frozen=True)
class Face:
    """A font of `assets/fonts/web` in place of Streamlit's of the same name."""

    family: str
    file: str
    weights: str  # as Streamlit says, so that a browser takes both for one font
    letters: str = ""  # as a range of CSS; all where empty


# As in tools/make_web_fonts.py.
_LETTERS = "U+0020-017F,U+2010-2027,U+2030-203A,U+20AC,U+2122,U+2190-2193,U+2212,U+266D-266F"
_OTHERS = "U+0-1F,U+180-200F,U+2028-202F,U+203B-20AB,U+20AD-2121,U+2123-218F,U+2194-2211,U+2213-266C,U+2670-10FFFF"
FACES = (
    Face("Source Sans", "sans.woff2", "100 900", _LETTERS),
    Face("Source Serif", "serif.woff2", "100 900", _LETTERS),
    Face("Material Symbols Rounded", "icons.woff2", "400"),
)


@cache
def font_names() -> dict[str, Path]:
    """The fonts by their addresses' last part, which changes with what is in them."""
    folder = asset_folder("fonts") / "web"
    named = {}
    for face in FACES:
        path = folder / face.file
        digest = hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
        named[f"{path.stem}.{digest}{path.suffix}"] = path
    return named


@cache
def addresses() -> frozenset[str]:
    """The pages' parts of addresses; that of Home is empty."""
    return frozenset({"", *(path.stem for path in (ROOT / "pages").glob("*.py") if path.stem != "home")})


@cache
def front_page(language: str, is_home: bool) -> str:
    """The page's HTML; empty where Streamlit's own is not as it was, and is to be sent as it is.

    Parameters
    ----------
    language : str
        One of `koe.web.texts.language.LANGUAGES`.
    is_home : bool
        Whether the first picture is that of Home; else it has no words and no button.
    """
    theirs = (STATIC.parent / "index.html").read_text(encoding="utf-8")
    scripts, styles = _SCRIPTS.findall(theirs), _STYLES.findall(theirs)
    if not scripts or not styles:
        return ""
    with in_language(language):
        words = {
            "title": escape(home_texts.HOME_TITLE),
            "button": escape(home_texts.COMPOSE),
            "pressed": escape(home_texts.COMPOSE_SOON),
            "without": escape(texts.NO_SCRIPTS),
        }
    fill = {
        "language": language,
        "preload": next(address for address in font_names() if address.startswith("sans.")),
        "scripts": "\n".join([*scripts, *_soon(scripts)]),
        "styles": "\n".join(styles),
        "faces": _faces(),
        "style": _filled((_HERE / "shell.css").read_text(encoding="utf-8"), _colors()),
        "script": (_HERE / "shell.js").read_text(encoding="utf-8"),
        "hero": _filled((_HERE / "hero.html").read_text(encoding="utf-8"), words) if is_home else "",
        "strip": _strip(),
        "without": words["without"],
    }
    return _filled((_HERE / "shell.html").read_text(encoding="utf-8"), fill)


def _filled(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], text)


def _soon(scripts: list[str]) -> list[str]:
    """Links to scripts that are wanted a moment later."""
    named = [path.name for begin in _SOON for path in sorted(STATIC.glob(f"js/{begin}.*.js"))]
    return [
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'
        for name in named
        if not any(name in script for script in scripts)
    ]


def _faces() -> str:
    """The fonts: Koe's for the letters that they have, for all others Streamlit's, which are loaded if need be."""
    style = b"".join(path.read_bytes() for path in sorted(STATIC.glob("css/index.*.css")))
    theirs = {family_of(rule): rule.decode() for rule in FACE.findall(style)}
    rules = []
    for face, address in zip(FACES, font_names(), strict=True):
        display = "swap" if face.letters else "block"
        letters = f"unicode-range:{face.letters};" if face.letters else ""
        rules.append(
            f"@font-face{{font-family:{face.family};font-style:normal;font-weight:{face.weights};"
            f"font-display:{display};{letters}src:url(./static/{FONTS}/{address}) format('woff2')}}"
        )
        if face.letters and face.family in theirs:
            # Apart, for while one font is on its way a browser sends for the next that has the letter.
            others = f"unicode-range:{_OTHERS}}}"
            rules.append(theirs[face.family].replace("../media/", "./static/media/").removesuffix("}") + f";{others}")
    return "".join(rules)


def _colors() -> dict[str, str]:
    return {
        f"{theme}_{name}": getattr(palette, name)
        for theme, palette in (("light", LIGHT), ("dark", DARK))
        for name in ("paper", "text", "original", "made")
    }


def _strip() -> str:
    """The beginning of the first piece of the library, whose colours a style sets."""
    drawing = strip_svg(load_piece(list_pieces()[0].slug), STRIP_STEPS, LIGHT)
    for name, color in (("o", LIGHT.original), ("m", LIGHT.made)):
        drawing = drawing.replace(f' rx="3" fill="{color}"', f' class="{name}"')
    return drawing
