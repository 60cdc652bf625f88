"""Undo, redo and the project, small at the head of every page; and the browser's memory behind them."""

import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st

from koe.errors import KoeError
from koe.projects.reading import MAX_PACKED_CHARS
from koe.projects.schema import ENDING, Project, strangers
from koe.projects.writing import Fragments, pack_project
from koe.studio.exports import file_stem
from koe.web.serving import cached_studio
from koe.web.session import as_project, liking, shelf, state, undo
from koe.web.texts import language
from koe.web.texts import pages as shared_texts
from koe.web.texts import session as texts
from koe.web.texts.errors import refused, told
from koe.web.texts.titles import titled

MEMORY = "koe-keeping"
_SESSION = "koe_session_id"
_SAYING = "koe_saying"
_FRAGMENTS, _LINE_FRAGMENTS = "koe_fragments", "koe_line_fragments"
_CLEARED = "koe_cleared"
_SURE = "koe_start_over_asked"
MAX_LINE_CHARS = 400_000  # for undoing after a reload; a project has as many where it is large
_KNOWN = "koe_known_to_browser"

# Select boxes and sliders of words; see `_change_language`.
_CHOSEN_BY_WORDS = re.compile(r".*-choice|weights-.*|evolution-\w+")

_HERE = Path(__file__).parent


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component(
        "koe_keeping", js=(_HERE / "browser.js").read_text(encoding="utf-8"), html="<span></span>"
    )


@cache
def _words_component() -> Callable[..., Any]:
    return st.components.v2.component(
        "koe_words", js=(_HERE / "words.js").read_text(encoding="utf-8"), html="<span></span>"
    )


def keeping_bar() -> None:
    """Draw the buttons, note what this run changed, and let the browser remember it; at the end of a run."""
    undo.record()
    line = undo.history()
    with st.container(horizontal=True, gap=None, key="koe-keeping-bar"):
        st.button(
            texts.UNDO,
            key="koe-undo",
            icon=":material/undo:",
            help=texts.UNDO_HELP,
            type="tertiary",
            disabled=not line.past,
            on_click=undo.undo,
        )
        st.button(
            texts.REDO,
            key="koe-redo",
            icon=":material/redo:",
            help=texts.REDO_HELP,
            type="tertiary",
            disabled=not line.future,
            on_click=undo.redo,
        )
        _language_switch()
        with st.popover(texts.PROJECT, icon=":material/folder:", type="tertiary", key="koe-project"):
            _project_menu()
    _remember()
    _words_component()(key="koe-words", data={"words": texts.STREAMLITS}, height=1)
    shelf.keep_shelf(st.session_state[_SESSION])
    if notice := state.notice():  # of whatever page: it is the one where somebody clicked
        st.toast(notice)
    for sentence, is_wrong in st.session_state.pop(_SAYING, ()):
        st.toast(sentence, icon=":material/error:" if is_wrong else None)


def _language_switch() -> None:
    name = language.other_language()
    st.button(
        language.LANGUAGES[name],
        key="koe-language",
        help=shared_texts.LANGUAGE_HELP,
        type="tertiary",
        on_click=_change_language,
        args=(name,),
    )


def _change_language(name: str) -> None:
    """Speak another language, with everything chosen as it was."""
    for key in list(st.session_state):
        # A browser names these choices by their words, which are about to be others.
        if isinstance(key, str) and _CHOSEN_BY_WORDS.fullmatch(key):
            st.session_state[key] = st.session_state[key]
    language.choose_language(name)


def _project_menu() -> None:
    made = as_project.project()
    st.caption(texts.PROJECT_LEAD)
    st.download_button(
        texts.SAVE_PROJECT,
        partial(as_project.file_of, made),
        f"{file_stem(titled(made.piece.title) if made.piece else '')}{ENDING}",
        "application/json",
        key="koe-project-save",
        icon=":material/save:",
        on_click="ignore",
    )
    st.file_uploader(texts.OPEN_PROJECT, key="koe-project-open", help=texts.OPEN_PROJECT_HELP, on_change=_opened)
    st.button(
        texts.START_OVER,
        key="koe-project-new",
        icon=":material/delete_sweep:",
        help=texts.START_OVER_HELP,
        type="tertiary",
        on_click=lambda: st.session_state.update({_SURE: True}),
    )
    if st.session_state.pop(_SURE, False):
        st.caption(texts.START_OVER_SURE)
        st.button(texts.START_OVER_YES, key="koe-project-clear", icon=":material/delete_forever:", on_click=_start_over)
        if not shelf.is_empty():
            st.button(
                texts.START_OVER_KEEP_SHELF,
                key="koe-project-clear-most",
                icon=":material/favorite:",
                on_click=_start_over,
                kwargs={"with_shelf": False},
            )


def _opened() -> None:
    file = st.session_state["koe-project-open"]
    if file is None:
        return
    try:
        _take_up(cached_studio.open_project(file.getvalue()), texts.OPENED)
    except KoeError as error:
        _say(shared_texts.escape(refused(error)), is_wrong=True)


def _start_over(with_shelf: bool = True) -> None:
    """Leave nothing of what was there, in this session or in the browser: another person may come next."""
    if with_shelf:
        shelf.clear_shelf()
    as_project.restore(Project())
    undo.begin_anew()
    liking.forget()
    st.session_state[_CLEARED] = secrets.token_hex(8)
    _say(texts.STARTED_OVER)


def _found() -> None:
    """The browser has something from before; it counts if the visitor has done nothing yet."""
    found = st.session_state[MEMORY].get("found")
    packed, line = (found.get("project"), found.get("line")) if isinstance(found, dict) else (found, "")
    if not packed or not undo.untouched():
        return
    try:
        if line:
            with suppress(KoeError):  # then there is still what it led to
                undo.take_up(cached_studio.open_line(line))
                _say_taken_up(as_project.project(), texts.RESTORED)
                return
        _take_up(cached_studio.open_kept(packed), texts.RESTORED)
    except KoeError as error:
        _say(texts.UNREADABLE.format(reason=shared_texts.escape(told(error))), is_wrong=True)


def _line_is_back() -> None:
    """The browser has found a server again; if that is a new one, this run tells the browser so."""


def _take_up(project: Project, sentence: str) -> None:
    as_project.restore(project)
    _say_taken_up(project, sentence)


def _say_taken_up(project: Project, sentence: str) -> None:
    _say(sentence)
    try:
        names = strangers(project, cached_studio.studio().registry)
    except KoeError:
        return
    if names:
        _say(texts.OTHER_WEIGHTS.format(models=shared_texts.escape(", ".join(name.upper() for name in names))))


def _say(sentence: str, is_wrong: bool = False) -> None:
    st.session_state[_SAYING] = (*st.session_state.get(_SAYING, ()), (sentence, is_wrong))


def _remember() -> None:
    """Hand the project to the browser, which keeps it; nothing while there is nothing to lose."""
    if _SESSION not in st.session_state:
        st.session_state[_SESSION] = secrets.token_hex(8)
    untouched, history = undo.untouched(), undo.history()
    known = st.session_state.get(_KNOWN)
    if untouched:
        packed = line = ""
    elif known is not None and known[0] is history:
        _, packed, line = known
    else:
        fragments: Fragments = st.session_state.setdefault(_FRAGMENTS, {})
        packed = pack_project(as_project.project(), fragments)
        if len(packed) > MAX_PACKED_CHARS:  # what was kept before stays
            packed = ""
        line = undo.line(MAX_LINE_CHARS, st.session_state.setdefault(_LINE_FRAGMENTS, {})) if packed else ""
        st.session_state[_KNOWN] = (history, packed, line)
    triggers = {
        "on_found_change": _found,
        "on_undo_change": undo.undo,
        "on_redo_change": undo.redo,
        "on_back_change": _line_is_back,
    }
    _component()(
        key=MEMORY,
        data={
            "session": st.session_state[_SESSION],
            "untouched": untouched,
            "project": packed,
            "line": line,
            "cleared": st.session_state.get(_CLEARED, ""),
            "language": language.language(),
            "cookies": ({language.COOKIE: language.chosen_language()} if language.chosen_language() else {})
            | liking.cookie(),
        },
        height=1,
        **triggers,
    )
