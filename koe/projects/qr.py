"""The QR code of an address, as a picture.

References
----------
ISO/IEC 18004:2024.
"""

import io
from typing import TYPE_CHECKING

from koe.errors import LinkError

if TYPE_CHECKING:
    import segno

MAX_CHARS = 2900  # a code of version 40 holds 2953 bytes
# Of 57 modules: some seven centimetres wide on a screen, each is a millimetre, which phones read at arm's length.
READABLE_VERSION = 10
QUIET = 4  # modules of margin that the standard asks for


def is_readable(address: str) -> bool:
    """Whether the code is coarse enough for a phone that is held at arm's length before a screen.

    Examples
    --------
    >>> is_readable("https://koe.example.org/?k=A"), is_readable("https://koe.example.org/?k=" + "A" * 400)
    (True, False)
    """
    return len(address.encode()) <= MAX_CHARS and int(_code(address).version) <= READABLE_VERSION


def qr_svg(address: str, *, dark: str = "#000000", light: str = "#ffffff") -> str:
    """The code as SVG that fits whatever box it stands in.

    Raises
    ------
    LinkError
        If the address is too long for any code.
    """
    out = io.BytesIO()
    _code(address).save(
        out,
        kind="svg",
        border=QUIET,
        dark=dark,
        light=light,
        xmldecl=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode().strip()


def qr_png(address: str, scale: int = 8) -> bytes:
    """The code as PNG, black on white, ``scale`` pixels a module."""
    out = io.BytesIO()
    _code(address).save(out, kind="png", border=QUIET, scale=scale)
    return out.getvalue()


def _code(address: str) -> "segno.QRCode":
    import segno

    if len(address.encode()) > MAX_CHARS:
        raise LinkError(f"The address has {len(address):,} characters; a QR code holds {MAX_CHARS:,}.")
    # The least correction: on a screen nothing is smeared, and fewer modules are easier to read.
    return segno.make(address, error="l", micro=False, boost_error=True)
