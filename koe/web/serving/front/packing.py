"""Streamlit's scripts and styles as few bytes, for lines where two megabytes take ten seconds.

    python -m koe.web.serving.front.packing

packs all of them as small as they get, into `koe.settings.cache_folder`, which
takes a minute; set-up does so. What is not there is packed a little less when it
is first asked for, and remembered.
"""

import gzip
import os
import re
from functools import lru_cache
from pathlib import Path

import brotli
import streamlit

from koe.settings import cache_folder

STATIC = Path(streamlit.__file__).parent / "static" / "static"
ENDINGS = {"br": ".br", "gzip": ".gz"}  # by how HTTP calls them, the best first
MOST_FILES = 512  # in memory
FACE = re.compile(rb"@font-face\s*{[^}]*}")
FAMILIES = ("Source Sans", "Source Serif", "Material Symbols Rounded")
_SMALLEST, _AT_ONCE = 11, 9  # qualities: a second for half a megabyte, and a twentieth of one


def pack(data: bytes, coding: str, quality: int = _AT_ONCE) -> bytes:
    """Data as few bytes.

    Parameters
    ----------
    data : bytes
    coding : str
        ``"br"`` or ``"gzip"``.
    quality : int
        Of Brotli, up to 11.
    """
    return brotli.compress(data, quality=quality) if coding == "br" else gzip.compress(data, 9, mtime=0)


@lru_cache(maxsize=MOST_FILES)
def packed(name: str, coding: str) -> bytes:
    """A file of `STATIC`, packed; names of files there change with what is in them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    kept = _kept(name, coding)
    try:
        return kept.read_bytes()
    except OSError:
        return pack(read(name), coding)


def read(name: str) -> bytes:
    """A file of `STATIC` as it is sent: Streamlit's style without the fonts that `koe.web.serving.front.page` declares.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    """
    data = (STATIC / name).read_bytes()
    if name.startswith("css/index."):
        data = FACE.sub(lambda rule: b"" if family_of(rule[0]) in FAMILIES else rule[0], data)
    return data


def family_of(rule: bytes) -> str:
    """Which font a rule of a style declares, where it stands upright."""
    found = re.search(rb"font-family:([^;}]+)", rule)
    return found[1].decode().strip("\"'") if found and b"font-style:normal" in rule else ""


def _kept(name: str, coding: str) -> Path:
    return cache_folder() / "static" / f"{name.rpartition('/')[2]}{ENDINGS[coding]}"


def main() -> None:
    """Pack everything that is not packed yet, and drop what belongs to another version of Streamlit."""
    folder = cache_folder() / "static"
    folder.mkdir(parents=True, exist_ok=True)
    wanted = set()
    for path in sorted((*STATIC.glob("js/*.js"), *STATIC.glob("css/*.css"))):
        for coding in ENDINGS:
            kept = _kept(path.name, coding)
            wanted.add(kept)
            if not kept.exists():
                begun = kept.with_suffix(".part")
                begun.write_bytes(pack(read(f"{path.parent.name}/{path.name}"), coding, _SMALLEST))
                os.replace(begun, kept)  # whole or not there, whoever reads meanwhile
    for kept in set(folder.iterdir()) - wanted:
        kept.unlink()


if __name__ == "__main__":
    main()
