"""Make the small fonts that pages begin with, of those that Streamlit brings: assets/fonts/web.

Streamlit's fonts for words are 600 kB, and its icons 370 kB, of which Koe's pages
need a tenth. What is left out of the words is still taken from Streamlit's own
files when a page needs it (`koe/web/serving/front/page.py`); icons that no page
has are nowhere. Run it after a change of Streamlit's version, and when a test
says that an icon is missing::

    .venv/bin/python -m tools.make_web_fonts
"""

import re
from pathlib import Path

import streamlit
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "assets" / "fonts" / "web"
STREAMLIT = Path(streamlit.__file__).parent
MEDIA = STREAMLIT / "static" / "static" / "media"

# Basic Latin, Latin-1 and Latin Extended-A; signs of punctuation, arrows, and accidentals.
WORDS = "U+0020-017F, U+2010-2027, U+2030-203A, U+20AC, U+2122, U+2190-2193, U+2212, U+266D-266F, U+00A0"
# What Streamlit calls a file; the file here; the axes that are kept.
FACES = {
    "SourceSansVF-Upright.*.woff2": ("sans.woff2", {"wght": (400, 700)}),
    "SourceSerifVariable-Roman.*.woff2": ("serif.woff2", {"wght": (400, 700), "opsz": 30}),
}
_ICON = re.compile(r"material/([a-z0-9_]+)")


def icons() -> set[str]:
    """Names of all icons that Koe's pages and Streamlit's own parts speak of."""
    own = [*(ROOT / "koe").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    theirs = [*STREAMLIT.glob("static/static/js/*.js"), *STREAMLIT.glob("elements/**/*.py")]
    texts = (path.read_text(encoding="utf-8") for path in (*own, *theirs))
    return {name for text in texts for name in _ICON.findall(text)}


def ligatures(font: TTFont) -> dict[str, str]:
    """The glyph of each icon, by its name in letters."""
    letters = {glyph: chr(code) for code, glyph in font.getBestCmap().items() if code < 128}
    found = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            for first, rest in getattr(table, "ligatures", {}).items():
                for ligature in rest:
                    parts = [letters.get(one, "?") for one in (first, *ligature.Component)]
                    found["".join(parts)] = ligature.LigGlyph
    return found


def write(font: TTFont, name: str) -> None:
    """Save a font as small as it gets."""
    font.flavor = "woff2"
    font.save(OUT / name)
    print(f"{name}: {(OUT / name).stat().st_size / 1000:.0f} kB")


def main() -> None:
    """Make them all."""
    OUT.mkdir(exist_ok=True)
    for pattern, (name, axes) in FACES.items():
        (source,) = MEDIA.glob(pattern)
        font = TTFont(source)
        options = subset.Options(layout_features=["kern", "mark", "mkmk", "ccmp", "locl", "liga", "tnum"])
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=subset.parse_unicodes(WORDS.replace(" ", "")))
        cutter.subset(font)
        write(instancer.instantiateVariableFont(font, axes), name)
    (source,) = MEDIA.glob("MaterialSymbols-Rounded.*.woff2")
    font = TTFont(source)
    glyphs = ligatures(font)
    kept = icons() & glyphs.keys()
    cutter = subset.Subsetter(subset.Options(layout_features=["*"], layout_closure=False))
    cutter.populate(glyphs=[glyphs[name] for name in kept], unicodes=[ord(one) for one in set("".join(kept))])
    cutter.subset(font)
    write(font, "icons.woff2")
    (OUT / "icons.txt").write_text("\n".join(sorted(kept)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
