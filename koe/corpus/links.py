"""Links to music on a web page, and safe names for the files they lead to."""

import re
import unicodedata
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from koe.corpus.archive import MIDI_SUFFIXES
from koe.corpus.fetch import FetchError, normal_url

ARCHIVE_SUFFIX = ".zip"
MAX_STEM_BYTES = 120  # of a file's name without its ending, in UTF-8

# Where pages put addresses of files.
_ATTRIBUTES = {"a": "href", "area": "href", "audio": "src", "source": "src", "embed": "src", "bgsound": "src"}
_ATTRIBUTES |= {"object": "data", "midi-player": "src"}
# Names that mean devices on Windows.
SAFE = re.compile(r"[\w+-]+\.midi?")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


class _LinkParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "base" and not self.base:
            self.base = values.get("href") or ""
        elif link := values.get(_ATTRIBUTES.get(tag, "")):
            self.links.append(link)


def music_links(html: str, url: str) -> list[str]:
    """Addresses of all MIDI files and ZIP archives that a page links to, each once, in order.

    Parameters
    ----------
    html : str
        The page, however broken.
    url : str
        Where it lies.
    """
    parser = _LinkParser()
    try:
        parser.feed(html)
        parser.close()
    except AssertionError:
        pass  # the library gives up at declarations that it does not know; what came before them counts
    found: dict[str, None] = {}
    for link in parser.links:
        try:
            address = normal_url(urljoin(urljoin(url, parser.base), link.strip()))
        except (FetchError, ValueError):
            continue
        if suffix_of(address):
            found[address] = None
    return list(found)


def suffix_of(url: str) -> str:
    """``.mid``, ``.midi`` or ``.zip`` if a file of that kind is addressed, by path or by query; else empty."""
    parts = urlsplit(url)
    for text in (parts.path, parts.query):
        suffix = PurePosixPath(unquote(text)).suffix.lower()
        if suffix in (*MIDI_SUFFIXES, ARCHIVE_SUFFIX):
            return suffix
    return ""


def name_in(url: str) -> str:
    """Last part of an address that has a suffix of music: how its file is called there."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    return path if PurePosixPath(path).suffix.lower() == suffix_of(url) else unquote(parts.query)


def safe_name(name: str) -> str:
    """Turn what a file is called elsewhere into a name that is none but a MIDI file's on every system.

    Only the last part of a path counts; letters and digits of all scripts stay.

    Examples
    --------
    >>> safe_name("../../etc/Für Elise?.MID")
    'Für_Elise.mid'
    """
    path = PurePosixPath(re.split(r"[\\/=:]", unicodedata.normalize("NFC", name))[-1])
    suffix = path.suffix.lower()
    stem = path.name[: -len(suffix)] if suffix in MIDI_SUFFIXES else path.name
    stem = (
        re.sub(r"[^\w+-]+", "_", stem).strip("_-").encode("utf-8", "ignore")[:MAX_STEM_BYTES].decode("utf-8", "ignore")
    )
    if not stem:
        stem = "piece"
    if _DEVICES.fullmatch(stem):
        stem = f"_{stem}"
    return stem + (suffix if suffix in MIDI_SUFFIXES else MIDI_SUFFIXES[0])
