"""What a file is, by its content, and the text inside it: packed or not, in whatever encoding."""

import codecs
import io
import re
import struct
import zipfile
import zlib
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from koe.errors import ScoreFileError
from koe.music.grid import MAX_FILE_BYTES
from koe.music.midi_container import GZIP, HEADER, ZIP, decompress

Kind = Literal["midi", "musicxml", "mei", "humdrum", "abc", "text"]

MAX_ENTRIES = 1000  # of an archive
MAX_ELEMENTS = 600_000  # of an XML file; 8 MiB of music have some 300'000
_SCORE_NAMES = (".musicxml", ".xml")

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ENCODING = re.compile(r"""(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*["'][^"'>]{0,40}["']""")
_ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_NOT_ROOT = re.compile(r"<!--.*?-->|<\?.*?\?>|<!DOCTYPE\b[^>\[]*(?:\[[^\]]*\])?[^>]*>", re.DOTALL | re.IGNORECASE)
_ABC_FIRST = re.compile(r"^(?:X:[ \t]*\d|%abc)", re.MULTILINE)
_ABC_KEY = re.compile(r"^K:", re.MULTILINE)
_SIZE = f"the most that Koe reads are {MAX_FILE_BYTES // 1024**2} MiB"


def unpack(data: bytes) -> bytes:
    """The file inside gzip or a compressed MusicXML (.mxl), or the file itself.

    Raises
    ------
    InputError
        If it is damaged, encrypted, too large, or an archive without a score.
    """
    if data.startswith(GZIP):
        data = decompress(data)
    return _score_in(data) if data.startswith(ZIP) else data


def kind_of(data: bytes, name: str) -> tuple[Kind, str]:
    """What an unpacked file is, and its text; the name counts only where the content says nothing.

    Raises
    ------
    ScoreFileError
        If it is an XML file of another sort.
    """
    if HEADER in data[:4096]:
        return "midi", ""
    head = data[:4]
    looks_like_text = head.startswith(tuple(bom for bom, _ in _BOMS)) or b"\0" in head[:2] or b"\0" not in data[:512]
    text = _decoded(data) if looks_like_text else ""
    start = text.lstrip()
    if start.startswith("<"):
        return _kind_of_xml(start), _plain_xml(start)
    if any(line.startswith("**") for line in _first_lines(start)):
        return "humdrum", start
    if _ABC_FIRST.search(start[:4096]) and _ABC_KEY.search(start):
        return "abc", start
    return ("text" if name.lower().endswith(".txt") else "midi"), ""


def parse_xml(text: str) -> Element:
    """The tree of an XML text.

    Raises
    ------
    ScoreFileError
        If it is damaged, defines entities or asks for other files, or has
        more than `MAX_ELEMENTS` elements.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    root: Element | None = None
    n_elements = 0
    try:
        for event, element in iterparse(io.BytesIO(text.encode("utf-8", "replace")), ("start", "end")):
            if event == "start":
                root = element if root is None else root
                n_elements += 1
                if n_elements > MAX_ELEMENTS:
                    raise ScoreFileError(
                        f"The score has more than {MAX_ELEMENTS:,} elements, the most that Koe reads; open a part."
                    )
    except DefusedXmlException as error:
        raise ScoreFileError(
            "The score defines entities or asks for other files, which no notation program writes and Koe does not "
            "follow; export it anew."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise ScoreFileError(
            f"The score is damaged, as XML it cannot be read ({error}); export it once more."
        ) from error
    if root is None:
        raise ScoreFileError("The score is damaged, it has no content; export it once more.")
    for element in root.iter():
        if isinstance(element.tag, str) and "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    return root


def _score_in(data: bytes) -> bytes:
    """The score inside a compressed MusicXML."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename: entry for entry in archive.infolist()[: MAX_ENTRIES + 1]}
            if len(entries) > MAX_ENTRIES:
                raise ScoreFileError(f"The archive holds more than {MAX_ENTRIES} files; a score in .mxl holds a few.")
            name = _told_by_container(archive, entries) or next(
                (
                    name
                    for name in entries
                    if name.lower().endswith(_SCORE_NAMES) and not name.upper().startswith(("META-INF/", "__MACOSX/"))
                ),
                None,
            )
            if name is None:
                raise ScoreFileError(
                    "It looks like a ZIP archive without a score in MusicXML; unpack it and open the file itself."
                )
            return _member(archive, entries[name])
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, struct.error) as error:
        raise ScoreFileError(
            "The archive is damaged, or packed in an unusual way; save the score as .musicxml."
        ) from error


def _told_by_container(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> str | None:
    """The score that ``META-INF/container.xml`` names, if it is there."""
    entry = entries.get("META-INF/container.xml")
    if entry is None:
        return None
    for rootfile in parse_xml(_plain_xml(_decoded(_member(archive, entry)))).iter("rootfile"):
        path = rootfile.get("full-path", "")
        if path in entries and "pdf" not in rootfile.get("media-type", ""):
            return path
    return None


def _member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & 1:
        raise ScoreFileError("The archive is encrypted; save the score without a password.")
    if entry.file_size > MAX_FILE_BYTES:
        raise ScoreFileError(f"The score inside the archive is too large: {_SIZE}.")
    with archive.open(entry) as file:
        # What the archive says of itself need not be true.
        content = file.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise ScoreFileError(f"The score inside the archive is too large: {_SIZE}.")
    return content


def _decoded(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if data[:2] in (b"<\0", b"\0<"):
        return data.decode("utf-16-le" if data[:1] == b"<" else "utf-16-be", "replace")
    declared = _DECLARED.search(data[:400])
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "utf-8"):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeError):
            pass
    return data.decode("latin-1")


def _plain_xml(text: str) -> str:
    """Without what the first line says of the encoding, which is undone already."""
    return _ENCODING.sub(r"\1", text.lstrip(), count=1)


def _kind_of_xml(text: str) -> Kind:
    root = _ROOT.search(_NOT_ROOT.sub("", text[:65536]))
    name = root[1] if root else ""
    if name in ("score-partwise", "score-timewise"):
        return "musicxml"
    if name == "mei":
        return "mei"
    raise ScoreFileError(
        f"The file is XML whose outermost element is {name!r}, and no score; "
        "open a score in MusicXML (.musicxml, .mxl) or MEI."
        if name
        else "The file looks like XML but holds nothing; open a score in MusicXML (.musicxml, .mxl) or MEI."
    )


def _first_lines(text: str) -> list[str]:
    """The first line that is no comment of Humdrum's."""
    lines = (line for line in text[:65536].splitlines() if line.strip() and not line.startswith("!!"))
    return [line for line in [next(lines, "")] if line]
