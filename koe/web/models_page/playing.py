"""How a model learned to play, to be heard and seen: a piece as written, by rules, along the way, by the teacher."""

import base64
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from koe.music.interpretation import beats_of
from koe.plots.performances import Curve, color_of, curves_svg
from koe.studio.learning_to_play import RULES, TEACHER, WRITTEN
from koe.web.frame import palette
from koe.web.page_errors import in_one_sentence
from koe.web.player import mount_roll, offer_sound, score
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import models_page as model_texts

if TYPE_CHECKING:
    from koe.models.cards import ModelCard
    from koe.studio.learning_to_play import Lesson, Lessons

HEIGHT = 230


@st.fragment
def show_playing(card: "ModelCard", lessons: "Lessons") -> None:
    """Piece, slider, player and curves; choosing runs nothing else of the page."""
    with in_one_sentence():
        _show(card, lessons)


def _show(card: "ModelCard", lessons: "Lessons") -> None:
    st.markdown(model_texts.PLAYING_LEAD)
    key = f"lessons-{card.name}"
    number = st.segmented_control(
        model_texts.PLAYING_PIECE,
        range(len(lessons.titles)),
        default=0,
        required=True,
        format_func=lambda index: lessons.titles[index],
        key=f"{key}-piece",
        persist_state="session",
    )
    points = range(len(lessons.updates))
    players: tuple[str | int, ...] = (WRITTEN, RULES, *points, TEACHER)
    who = st.select_slider(
        model_texts.PLAYING_SLIDER,
        players,
        points[-1],
        format_func=lambda one: name_of(one, lessons.updates),
        key=f"{key}-who",
        help=model_texts.PLAYING_HELP,
        persist_state="session",
        on_change=lambda: state.keep(f"{key}-asked", state.visit()),
    )
    # Who moves the slider wants to hear; who only comes back to the page may not.
    autoplay = state.kept(f"{key}-asked", 0) == state.visit()
    heard = cached_studio.lesson(card.name, number, who)
    st.markdown(in_words(who, heard, lessons))
    piece = heard.piece
    mount_roll(
        piece, key, score.by_origin(piece, None), first_measure=piece.first_number, height=HEIGHT, fresh=autoplay
    )
    shown: str | int = who if isinstance(who, int) else points[-1]
    drawn = {"rules": RULES, "teacher": TEACHER, "model": shown}
    played = {name: cached_studio.lesson(card.name, number, one) for name, one in drawn.items()}
    _curves(played, name_of(shown, lessons.updates))
    st.caption(model_texts.PLAYING_CREDIT)
    # Sound takes longer than pictures, so these come first.
    offer_sound(piece, key, autoplay=autoplay)


def _curves(played: dict[str, "Lesson"], model: str) -> None:
    """Loudness and tempo of three players, a picture each, and whose curve is whose."""
    piece = played["teacher"].piece
    beats = beats_of(piece)
    lines = beats.index(np.array(piece.measure_onsets)).tolist()
    names = {"teacher": model_texts.PLAYING_TEACHER, "model": model, "rules": model_texts.PLAYING_RULES}
    style = "white-space:nowrap;margin-right:1rem"
    whose = " ".join(
        f'<span style="{style};color:{color_of(who, palette())}">{"┄" if who == "rules" else "─"} {escape(name)}</span>'
        for who, name in names.items()
    )
    st.html(f"<div>{whose}</div>")
    for column, kind in zip(st.columns(2, gap="medium"), ("loudness", "tempo"), strict=True):
        with column:
            title = model_texts.PLAYING_CURVES[kind]
            curves = [Curve(who, getattr(one, kind)) for who, one in played.items()]
            svg = base64.b64encode(curves_svg(title, curves, lines, palette()).encode()).decode()
            alt = escape(model_texts.PLAYING_ALT.format(title=title, piece=piece.title))
            st.html(f'<img alt="{alt}" style="width:100%" src="data:image/svg+xml;base64,{svg}">')


def name_of(who: str | int, updates: Sequence[int]) -> str:
    """How a player is called: ``"as written"``, ``"after 91 updates"``."""
    if not isinstance(who, int):
        return {
            WRITTEN: model_texts.PLAYING_WRITTEN,
            RULES: model_texts.PLAYING_RULES,
            TEACHER: model_texts.PLAYING_TEACHER,
        }[who]
    if who == len(updates) - 1:
        return model_texts.PLAYING_SHIPPED.format(n=updates[who])
    return model_texts.PLAYING_UPDATES.format(n=updates[who]) if updates[who] else model_texts.EPOCH_ZERO


def in_words(who: str | int, heard: "Lesson", lessons: "Lessons") -> str:
    """How like the teacher's this playing is, here and on the pieces that decide."""
    if who == TEACHER:
        return model_texts.PLAYING_IS_TEACHER
    if who == WRITTEN:
        return model_texts.PLAYING_IS_WRITTEN
    loud, tempo = (f"{value:.2f}" for value in heard.likeness)
    sentence = model_texts.PLAYING_LIKENESS.format(loudness=loud, tempo=tempo)
    if isinstance(who, int):
        figures = {name: f"{values[who]:.2f}" for name, values in lessons.valid.items()}
        sentence += " " + model_texts.PLAYING_VALID.format(**figures)
    return sentence
