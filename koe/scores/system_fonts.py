"""Fonts of the system, by fontconfig, for letters that no shipped font has."""

import subprocess
from functools import lru_cache
from typing import NamedTuple

WAIT_SEC = 5
_DRAWABLE = (".ttf", ".otf", ".ttc", ".otc")
_PLAIN_STYLES = ("Regular", "Book", "Roman")


class FontFile(NamedTuple):
    """Where a font lies, and which of the fonts in that file it is."""

    path: str
    number: int = 0


@lru_cache(maxsize=512)
def system_font(letters: str) -> FontFile | None:
    """A font of the system that has all of these letters; None where there is none, or no fontconfig."""
    charset = " ".join(f"{ord(letter):x}" for letter in sorted(set(letters)))
    wanted = [f":charset={charset}:scalable=true", "--format", "%{file}\t%{index}\t%{color}\t%{style[0]}\n"]
    try:
        listed = subprocess.run(["fc-list", *wanted], capture_output=True, timeout=WAIT_SEC, check=True, text=True)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    found = []
    for line in listed.stdout.splitlines():
        path, index, color, style = (*line.split("\t"), "", "", "")[:4]
        if path.lower().endswith(_DRAWABLE) and index.isdigit() and color != "True":
            # Upright and regular first; Noto's fonts are made to go together; then always the same one.
            found.append((style not in _PLAIN_STYLES, "Noto" not in path, path, int(index) & 0xFFFF))
    return FontFile(*min(found)[2:]) if found else None
