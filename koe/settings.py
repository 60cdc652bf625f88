"""What the environment may set, and what Koe sets in it.

``KOE_MODELS``
    Folder with other models than the shipped ones.
``KOE_ORIGINALITY``
    Folder with another index of fingerprints (`koe originality build`) than the shipped one.
``KOE_CORPUS``
    Folder with the corpus that the index was made of, so that passages can be shown and heard.
``KOE_SOUNDFONT``
    Soundfont to play with.
``KOE_CACHE``
    Folder for what can be made again, such as the unpacked piano; by default ``koe-cache`` in the environment, if
    set-up made that, or else ``koe`` in ``XDG_CACHE_HOME`` or ~/.cache.
``KOE_ANSWERS``
    File in which answers of the listening quiz are counted; without it the counts end with the server.
``KOE_PUBLIC_URL``
    Where visitors find the app, such as ``https://koe.example.org/``; links point there. By default they point to
    the address that each visitor used.
``KOE_WORKERS``
    How many pieces of heavy work the app does at once; by default one for each core.
``KOE_QUEUE``
    How many more may wait for their turn; 40 by default.
``KOE_AHEAD``
    How many pieces are composed ahead for the first page while nobody works; 48 by default, 0 for none.
``KOE_KIOSK``
    1 for the page at /kiosk, for strangers at a touch screen in a hall; else it is not there.
``KOE_KIOSK_FILE``
    File in which what the operator chooses for the kiosk outlasts the server; without one it is forgotten.
``KOE_OPERATOR_PASSWORD``
    What opens the kiosk's page for its operator, eight characters or more; without it that page is off.
``KOE_GALLERY``
    File in which the pieces of the gallery lie; by default ``koe/gallery.db`` in ``XDG_DATA_HOME`` or ~/.local/share.
    ``off`` for no gallery.
``KOE_DATABASE_URL``
    A PostgreSQL server for them instead, such as ``postgresql://koe:password@localhost/koe``.
``KOE_EXHIBITION``
    Name of the exhibition where this Koe stands; what is kept in the gallery is marked with it.
``KOE_SESSIONS``
    How many pages may be open in browsers at once; 1000 by default.
``KOE_METRICS``
    ``on`` lets ``/metrics`` answer; ``off`` by default.
``KOE_GRACE_SEC``
    Seconds that running work gets when the server is told to end; 5 by default.
``KOE_LOG_LEVEL``
    ``debug``, ``info`` (the default), ``warning`` or ``error``.
``KOE_LOG_FORMAT``
    ``json``, a line each, or ``text``; by default text on a terminal and JSON elsewhere.
"""

import os
import sys
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from koe.errors import InputError


def asset_folder(name: str) -> Path:
    """Where a folder of what Koe ships lies: within the installed package, or beside the package in a clone.

    Parameters
    ----------
    name : str
        ``"fonts"``, ``"models"``, ``"originality"``, ``"pieces"``, ``"quiz"`` or ``"soundfonts"``.
    """
    package = Path(__file__).resolve().parent
    installed = package / "assets"
    return (installed if installed.is_dir() else package.parent / "assets") / name


def cache_folder() -> Path:
    """Where Koe keeps what it can make again; it need not be there yet, and need not be writable."""
    if named := os.environ.get("KOE_CACHE", "").strip():
        return Path(named).expanduser().absolute()
    if (made_at_setup := Path(sys.prefix, "koe-cache")).is_dir():
        return made_at_setup
    return Path(os.environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser("~/.cache")).absolute() / "koe"


def gallery_url() -> str:
    """Where the gallery's database is, as `koe.gallery.database.open_database` takes it; empty where there is none.

    Raises
    ------
    InputError
        If it is switched off, and a server is named all the same.
    """
    file = os.environ.get("KOE_GALLERY", "").strip()
    server = os.environ.get("KOE_DATABASE_URL", "").strip()
    if file.lower() == "off":
        if server:
            raise InputError("KOE_GALLERY is off, and KOE_DATABASE_URL is set all the same; leave one of them out.")
        return ""
    if server:
        return server
    if file:
        path = Path(file).expanduser().absolute()
    else:
        home = os.environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")
        path = Path(home).absolute() / "koe" / "gallery.db"
    return f"sqlite:///{path}"


def quiet_tensorflow() -> None:
    """Keep TensorFlow's start-up chatter off the console; errors still show.

    To be called before TensorFlow is imported. A value that is set already
    is left alone.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")


def whole_number(name: str, default: int, low: int, high: int) -> int:
    """Read a number from the environment.

    Raises
    ------
    InputError
        If what is set is no whole number from ``low`` to ``high``.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        number = int(text)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise InputError(f"{name} is {text!r}; set it to a whole number from {low} to {high}, or not at all.")
    return number


def address(name: str) -> str:
    """Read a web address from the environment, without a slash at its end; empty where none is set.

    Raises
    ------
    InputError
        If what is set is no address that begins with http:// or https://.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and not (parts.query or parts.fragment)
        _ = parts.port
    except ValueError:
        known = False
    if not known or any(sign.isspace() for sign in text):
        raise InputError(f"{name} is {text!r}; set it to an address such as https://koe.example.org/, or not at all.")
    return text.rstrip("/")


def one_of(name: str, choices: Collection[str], default: str) -> str:
    """Read a word from the environment, in lower case.

    Raises
    ------
    InputError
        If what is set is none of ``choices``.
    """
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if text.lower() not in choices:
        raise InputError(f"{name} is {text!r}; set it to {', '.join(choices)}, or not at all.")
    return text.lower()
