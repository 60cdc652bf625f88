"""The visitor's language, and texts that are read in it.

Texts are constants in English (``koe/web/texts``); the German ones have the same
names in ``koe/web/texts/german``. A module of texts that ends with
``localize(__name__)`` gives whichever the visitor reads, so that pages say
``texts.NAME`` and need not know of languages.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from types import ModuleType
from typing import Any

import streamlit as st
from starlette.requests import Request
from streamlit.runtime.scriptrunner import get_script_run_ctx

from koe.music.naming import NOTATIONS, Notation

LANGUAGES = {"en": "English", "de": "Deutsch"}
USUAL = "en"
PARAMETER = "lang"  # in the address
COOKIE = "koe_language"  # by which a browser remembers a choice; browser.js of session writes it

_LANGUAGE = "koe_language"
_CHOSEN = "koe_language_chosen"
_ADDRESSED = "koe_language_addressed"
_spoken: ContextVar[str] = ContextVar("koe_spoken", default=USUAL)


def language() -> str:
    """The language of the visitor whose page is being made; outside of any page what `in_language` says, or English."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return _spoken.get()
    return st.session_state.get(_LANGUAGE, USUAL)


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """Speak a language, if it is known, where no page is being made."""
    token = _spoken.set(name if name in LANGUAGES else USUAL)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken(request: Request) -> str:
    """What was chosen in the browser that asks, else what it prefers; it need not be known here."""
    browsers = request.headers.get("accept-language", "").lower()
    return request.cookies.get(COOKIE, "") or browsers.partition(",")[0].partition("-")[0]


def find_language() -> None:
    """Find out the visitor's language; before a run says anything.

    The address counts once, ``?lang=de``; then what was chosen here or earlier
    in this browser; then the browser's own language.
    """
    asked = st.query_params.get(PARAMETER, "")
    if asked in LANGUAGES and asked != st.session_state.get(_ADDRESSED):
        st.session_state[_ADDRESSED] = asked
        choose_language(asked)
    if _LANGUAGE not in st.session_state:
        remembered = st.context.cookies.get(COOKIE, "")
        browsers = (st.context.locale or "").lower().partition("-")[0]
        known = (name for name in (remembered, browsers) if name in LANGUAGES)
        st.session_state[_LANGUAGE] = next(known, USUAL)


def choose_language(name: str) -> None:
    """Speak this language from now on."""
    st.session_state[_LANGUAGE] = st.session_state[_CHOSEN] = name


def chosen_language() -> str:
    """The language that the visitor asked for, for the browser to remember; empty if it was only guessed."""
    return st.session_state.get(_CHOSEN, "")


def other_language() -> str:
    """The language that one can change to."""
    return next(name for name in LANGUAGES if name != language())


def notation() -> Notation:
    """How the visitor's language names pitches."""
    return NOTATIONS[language()]


def notation_for_scripts() -> dict[str, Any]:
    """The same for what runs in the browser: twelve names, and the number of middle C's octave."""
    return {"names": list(notation().names), "octave": notation().octave}


def grouped(number: int) -> str:
    """A whole number with its thousands apart.

    In German by a narrow space: a comma would make it a fraction, and points
    stand in the fractions beside it.
    """
    return f"{number:,}" if language() == USUAL else f"{number:,}".replace(",", "\u202f")


class _Texts(ModuleType):
    """A module whose names in capitals are read in the visitor's language."""

    def __getattribute__(self, name: str) -> Any:
        english = super().__getattribute__(name)
        if not name.isupper() or language() == USUAL:
            return english
        # A text that nobody has put into German yet is better than none.
        return getattr(super().__getattribute__("_german"), name, english)


def german_name(module: str) -> str:
    """Where the German texts of a module are: of ``koe.web.texts.piano`` in ``koe.web.texts.german.piano``."""
    return f"koe.web.texts.german.{module.removeprefix('koe.web.texts.')}"


def localize(module: str) -> Any:
    """Let a module of texts speak all languages, and give it back; the last line of each.

    Parameters
    ----------
    module : str
        Its ``__name__``.
    """
    texts = sys.modules[module]
    texts.__dict__["_german"] = import_module(german_name(module))
    texts.__class__ = _Texts
    return texts
