"""Whether a result is new: looked up when a visitor asks."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from koe.errors import CorpusError
from koe.music.piece import Piece
from koe.web.player import mount_roll, offer_sound, score
from koe.web.serving import cached_studio
from koe.web.serving.queued_studio import once
from koe.web.texts import originality as words
from koe.web.texts import pages as texts
from koe.web.texts.errors import told

if TYPE_CHECKING:
    from koe.originality.verdict import Near, Originality

ENTRIES = 64  # a verdict is a few kB
MOST_SHOWN = 3
ROLL_HEIGHT = 200
ICONS = {"new": ":material/verified:", "copy": ":material/content_copy:", "short": ":material/help:"}


def originality_switch(piece: Piece, key: str, made_from: int | None) -> bool:
    """A switch by which a visitor asks, for what a network made; whether it is on."""
    if made_from is None or not piece.notes:
        return False
    return st.toggle(words.SWITCH, key=f"{key}-originality", help=words.SWITCH_HELP)


def show_originality(piece: Piece, key: str, made_from: int, first_measure: int = 1) -> None:
    """Say whether a piece is new, and what it comes nearest to.

    Parameters
    ----------
    piece : Piece
    key : str
        Unlike that of every other result on the page.
    made_from : int
        Step from which on a network wrote it.
    first_measure : int
        Number of the piece's first measure.
    """
    try:
        verdict = _verdict(cached_studio.fingerprint(piece), made_from, _maker(piece), piece)
    except CorpusError as error:
        st.caption(words.MISSING.format(reason=texts.escape(told(error))))
        return
    with st.container(key=f"{key}-newness", border=True, gap="small"):
        st.markdown(f"{ICONS[verdict.kind]} {texts.escape(verdict.in_words(first_measure, **_language()))}")
        if verdict.other_corpus:
            st.caption(words.OTHER_CORPUS)
        if verdict.kind == "short":
            return
        st.caption(texts.escape(_figures(verdict)))
        shown = verdict.nearest[:MOST_SHOWN]
        if not shown:
            return
        lines = [f"- {texts.escape(_line(near, first_measure))}" for near in shown]
        st.markdown("\n".join([words.NEAREST, "", *lines]))
        _compare(piece, key, shown, first_measure)


def _compare(piece: Piece, key: str, shown: tuple["Near", ...], first_measure: int) -> None:
    """Lay the passage that is chosen over the result; offered where the corpus is at hand."""
    if shown[0].exact_share is None:
        return
    rows = dict(enumerate(shown))
    chosen = st.pills(
        words.COMPARE,
        list(rows),
        format_func=lambda one: _where(rows[one], first_measure).capitalize(),
        key=f"{key}-nearest",
        help=words.COMPARE_HELP,
    )
    if chosen is None:
        return
    near = rows[chosen]
    source = cached_studio.studio().origin(near, piece.qpm)
    if source is None:
        return
    excerpt = piece.slice_steps(near.step, near.step + near.n_steps)
    first = first_measure + near.first_measure - 1
    st.caption(words.RESULT_THERE)
    _play(excerpt, f"{key}-near", score.compared(source.pianoroll, excerpt.pianoroll), first)
    st.caption(words.SOURCE_THERE)
    _play(source, f"{key}-source", score.by_origin(source, None), near.source.measure(near.source_step))


def _play(piece: Piece, key: str, notes: list[score.Marked], first_measure: int) -> None:
    mount_roll(piece, key, notes, first_measure=first_measure, height=ROLL_HEIGHT)
    offer_sound(piece, key)


@once
@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def _verdict(digest: bytes, made_from: int, maker: str, _piece: Piece) -> "Originality":
    return cached_studio.studio().originality(_piece, made_from)


def _language() -> dict[str, Mapping[str, str]]:
    """The words for a verdict, where they are not its own."""
    return {"words": words.VERDICT} if words.VERDICT else {}


def _maker(piece: Piece) -> str:
    return piece.made_by.model if piece.made_by else ""


def _figures(verdict: "Originality") -> str:
    copied = words.COPIED.format(share=f"{verdict.copied_share:.0%}") if verdict.n_copied else words.COPIED_NONE
    return f"{copied} {words.CHANCE.format(share=f'{verdict.limits.share:.0%}', run=verdict.limits.run)}"


def _line(near: "Near", first_measure: int) -> str:
    source, moved = near.in_words(**_language())
    where = _where(near, first_measure).capitalize()
    line = words.NEAR.format(where=where, share=f"{near.share:.0%}", source=source, moved=moved)
    return line if near.exact_share is None else line + words.COUNTED.format(share=f"{near.exact_share:.0%}")


def _where(near: "Near", first_measure: int) -> str:
    first, last = near.first_measure + first_measure - 1, near.last_measure + first_measure - 1
    return (texts.MEASURE if first == last else texts.MEASURES).format(first=first, last=last)
