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
QUIET = 4  # modules of margin that the standard asks for


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
