"""Compose: a whole piece as one would like it, in a few words and four blocks."""

from typing import Any

import streamlit as st

from koe.errors import ModelError
from koe.plots.palette import FORM as FORM_COLORS
from koe.studio.one_press import Asked, wishes_for
from koe.web import composing, controls
from koe.web.frame import heading
from koe.web.result.result import show_result
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.session.kept_values import COMPOSED, FORM, FORM_AT_FIRST
from koe.web.session.saved_controls import KEYS
from koe.web.texts import composing as texts
from koe.web.texts import pages

WISHED = "composing_asked"  # wishes, seed and model of what is being written, and the visit on which it was asked for

heading(texts.COMPOSE_TITLE, texts.COMPOSE_LEAD)
card = cached_studio.composer()
if card is None:
    raise ModelError("No model here composes whole pieces; train and export tr1.")


def one_of(label: str, names: dict[str, str], key: str, hint: str | None = None) -> str | None:
    """A choice of some words; None for the first, which is none."""
    chosen = controls.choice(key, label, names.__getitem__, hint)
    return None if chosen == next(iter(names)) else chosen


def next_letter(number: int) -> None:
    """Let a block of the form have another letter."""
    state.keep(FORM, composing.with_next_letter(state.kept(FORM, FORM_AT_FIRST), number))


def choose_form() -> str | None:
    """Free, or four blocks that are clicked."""
    if one_of(texts.SHAPE, texts.SHAPES, "compose-shape", texts.SHAPE_HELP) is None:
        return None
    form = state.kept(FORM, FORM_AT_FIRST)
    with st.container(horizontal=True, gap="small", key="compose-blocks"):
        for number, block in enumerate(form.split()):
            color = FORM_COLORS[composing.LETTERS.index(block[0])]
            look = f"background: {color} !important; color: #1b1815 !important;"
            st.html(f"<style>.st-key-compose-block-{number} button {{ {look} }}</style>")
            st.button(
                f"**{block}**",
                key=f"compose-block-{number}",
                help=texts.BLOCK_HELP.format(number=number + 1),
                on_click=next_letter,
                args=(number,),
                disabled=number == 0,  # the first part is what all others are compared with
            )
    return form


def key_in_words(name: str) -> str:
    """A key in the visitor's language."""
    if name == KEYS[0]:
        return texts.ANY_KEY
    tonic, _, mode = name.rpartition(" ")
    return texts.KEYS_OF[mode].format(tonic=texts.TONICS[tonic])


def name_of(composer: str) -> str:
    """A composer as on the Models page: `bach-js` is Bach, J. S."""
    first, _, rest = composer.partition("-")
    initials = " ".join(f"{letter.upper()}." for letter in rest if letter.isalpha())
    return f"{initials} {first.title()}" if 0 < len(rest) <= 3 else composer.replace("-", " ").title()


def choose_more() -> dict:
    """What few need, the seed among it."""
    with st.popover(texts.MORE, icon=":material/tune:", key="compose-more"):
        key = controls.choice_of_many("compose-key", texts.KEY, key_in_words)
        metre = controls.choice_of_many("compose-metre", texts.METRE)
        density = one_of(texts.DENSITY, texts.LEVELS, "compose-density")
        register = one_of(texts.REGISTER, texts.PLACES, "compose-register")
        temperature = controls.slider("compose-temperature", texts.TEMPERATURE, texts.TEMPERATURE_HELP)
        top_p = controls.slider("compose-top-p", texts.TOP_P, texts.TOP_P_HELP)
        seed = controls.choose_seed("compose-seed")
    return {
        "seed": seed,
        "key": None if key == KEYS[0] else key,
        "metre": metre,
        "density": density,
        "register": register,
        "temperature": temperature,
        "top_p": top_p,
    }


left, middle, right = st.columns(3, gap="large")
with left:
    manner = controls.choice_of_many(
        "compose-composer", texts.MANNER, lambda name: name_of(name) if name else texts.ANY_MANNER
    )
    minutes = controls.slider("compose-minutes", texts.MINUTES, form="%.1f")
with middle:
    mood = one_of(texts.MOOD, texts.MOODS, "compose-mood", texts.MOOD_HELP)
    pace = one_of(texts.PACE, texts.PACES, "compose-pace")
with right:
    form = choose_form()
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compose-buttons"):
    go = st.container(width="content")
    more = choose_more()
    said = st.container()
seed = more.pop("seed")
asked = Asked(minutes=minutes, mood=mood, pace=pace, composer=manner or None, form=form, **more)
wishes = wishes_for(asked, seed)
measures = pages.count(wishes.measures, "measure")
in_form = texts.DRAWN_FORM.format(form=form) if form else texts.FREE_FORM
said.caption(texts.IN_ALL.format(measures=measures, form=in_form))


def begin(model: str) -> None:
    """Let what the controls say be written; with another seed where that has just been written."""
    number, last = seed, state.kept(COMPOSED, ())
    if last and last[0].made_by and (last[0].made_by.seed, last[0].made_by.settings) == (seed, wishes.as_settings()):
        number = st.session_state["compose-seed-number"] = state.new_seed()
    state.keep(WISHED, (wishes_for(asked, number), number, model, state.visit()))


def next_steps() -> None:
    """What may come after a piece: another one, or a sadder one."""
    st.button(pages.ANOTHER, icon=":material/casino:", key="compose-another", **press)
    composing.sadder_button("compose")


if state.peek(composing.SADDER, False):
    state.forget(composing.SADDER)
    begin(card.name)
press: dict[str, Any] = {"on_click": begin, "args": (card.name,)}
go.button(texts.GO, type="primary", icon=":material/play_arrow:", key="compose-go", **press)
writing = state.kept(WISHED, ())
if writing:
    wanted, number, model, visit = writing
    require_models(to_compose=True)
    try:
        piece = composing.written(
            wanted,
            number,
            model,
            "composed",
            autoplay=visit == state.visit(),
            on_stop=lambda: state.forget(WISHED),
        )
    except Exception:
        state.forget(WISHED)
        raise
    if piece is not None:
        state.keep(COMPOSED, (piece, visit))
        state.use_piece(piece)
        state.forget(WISHED)
        state.keep("composing_work_asked", composing.work_id(wanted, number, model))
if not state.kept(WISHED, ()) and (made := state.kept(COMPOSED, ())):
    piece, visit = made
    work = state.kept("composing_work_asked", "")
    show_result(
        piece,
        "composed",
        autoplay=visit == state.visit(),
        work=work,
        next_steps=next_steps,
        goes_on=True,
    )
