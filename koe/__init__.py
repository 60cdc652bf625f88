"""Koe: classical piano music with neural networks.

From Python, everything that a visitor of the app can do::

    import koe

    piece = koe.read("piece.mid")
    more = koe.continue_piece(piece, seed=7)
    koe.save(more, "more.mp3")

The functions are those of `koe.api`. Importing takes no time: whatever is
heavy is loaded when it is first needed.

The package is layered and imports point one way: ``web`` and ``cli`` call
``studio``; ``studio`` calls ``generation``, ``training`` and ``evaluation``;
those stand on ``models``, and everything stands on ``music``. See
``docs/architecture.md``.
"""

from typing import TYPE_CHECKING, Any

from koe.version import __version__ as __version__

# A test holds it against koe.api, which is not imported for it.
__all__ = [
    "KoeError",
    "Piece",
    "blend",
    "chord",
    "compose",
    "continue_piece",
    "decode",
    "demo",
    "demos",
    "encode",
    "list_models",
    "listen",
    "morph",
    "originality_of",
    "perform",
    "read",
    "reconstruct",
    "render",
    "retell",
    "sample",
    "save",
    "show",
    "transcribe",
]

if TYPE_CHECKING:
    from koe.api import (
        KoeError,
        Piece,
        blend,
        chord,
        compose,
        continue_piece,
        decode,
        demo,
        demos,
        encode,
        list_models,
        listen,
        morph,
        originality_of,
        perform,
        read,
        reconstruct,
        render,
        retell,
        sample,
        save,
        show,
        transcribe,
    )


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import koe.api as api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
