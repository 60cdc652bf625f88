"""What MIDI files say in words: their bytes come in whatever writing system the writer had.

The standard knows ASCII alone. Files have UTF-8, UTF-16 with a byte order
mark, and the code pages of the world, without a word about which. chardet
names the likeliest of these; all texts of a file are shown to it together.
"""

import codecs
from collections.abc import Sequence

# What files come in, where a letter beyond ASCII stands alone between others: Western and Central Europe.
_EUROPEAN = ("windows-1252", "windows-1250")
_ALL = (
    "cp932",
    "euc-jp",
    "gb18030",
    "big5",
    "cp949",
    "windows-1251",
    "koi8-r",
    "windows-1253",
    "windows-1255",
    *_EUROPEAN,
)
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
MOST_BYTES = 4096  # that an encoding is found from


def decoded(texts: Sequence[bytes]) -> list[str]:
    """Read texts of one file, in the encoding that all of them have in common.

    Examples
    --------
    >>> decoded(["月の光".encode("cp932"), b"Piano"])
    ['月の光', 'Piano']
    """
    legacy = [text for text in texts if not _says_its_encoding(text)]
    encoding = _encoding_of(b" ".join(legacy)[:MOST_BYTES]) if legacy else "utf-8"
    return [_decode(text, encoding) for text in texts]


def _says_its_encoding(text: bytes) -> bool:
    if text.isascii() or text[:2] in _MARKS:
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode(text: bytes, encoding: str) -> str:
    if text.isascii():
        return text.decode("ascii")
    if _says_its_encoding(text):
        encoding = next((name for mark, name in _MARKS.items() if text.startswith(mark)), "utf-8")
    try:
        return text.decode(encoding)
    except UnicodeDecodeError:  # cut within a letter, as by a limit on the length, or another encoding than the rest
        return text.decode(encoding, "ignore")


def _encoding_of(text: bytes) -> str:
    import chardet

    candidates = _EUROPEAN if _letters_stand_alone(text) else _ALL
    return str(chardet.detect(text, include_encodings=candidates)["encoding"] or "windows-1252")


def _letters_stand_alone(text: bytes) -> bool:
    """Whether most bytes beyond ASCII stand beside ASCII letters, as in Prélude and unlike in 月の光."""
    high = [index for index, byte in enumerate(text) if byte >= 0x80]
    alone = sum(
        not any(0 <= beside < len(text) and text[beside] >= 0x80 for beside in (index - 1, index + 1)) for index in high
    )
    ascii_letters = sum(byte < 0x80 and chr(byte).isalpha() for byte in text)
    return 2 * alone > len(high) and ascii_letters >= len(high)
