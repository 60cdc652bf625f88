"""Home: one button, and the way to everything else."""

from base64 import b64encode

import streamlit as st

from koe.music.piece import Piece
from koe.plots.strip import strip_svg
from koe.studio import OPENING_STEPS
from koe.studio.one_press import wishes_at_one_press
from koe.web import composing, continuing, piano
from koe.web.frame import join_frame, palette
from koe.web.result.result import show_result
from koe.web.serving import cached_studio
from koe.web.serving.composed_ahead import ready_seed
from koe.web.serving.warmup import require_models, show_readiness
from koe.web.session import continued, state
from koe.web.texts import home as texts
from koe.web.texts import pages

STRIP_STEPS = 192


def compose() -> None:
    """Choose a seed nobody chose, and let its piece be played."""
    play_number(ready_seed())


def play_number(seed: int) -> None:
    """Show the piece of this seed, and play it, since it was asked for just now."""
    state.keep("home_seed", seed)
    state.keep("home_asked_on_visit", state.visit())


def go_on() -> None:
    """Let the Continue page go on from what was recorded."""
    continued.ask()
    state.keep("home_goes_on", True)


def answer(played: Piece | None, said: str) -> None:
    """Let the Continue page answer what was played."""
    continuing.take_phrase(played, said)
    state.keep("home_goes_on", played is not None)


def next_steps() -> None:
    """What may come after a piece: another one, or a sadder one."""
    st.button(pages.ANOTHER_PIECE, icon=":material/casino:", key="home-another", on_click=compose)
    if cached_studio.composer():
        composing.sadder_button("home")


join_frame()
seed = state.kept("home_seed", 0)

with st.container(key="hero", horizontal_alignment="center"):
    if seed:
        st.header(texts.HOME_PIECE.format(seed=seed), anchor=False, text_alignment="center", help=texts.HOME_PIECE_HELP)
    else:
        st.title(texts.HOME_TITLE, anchor=False, text_alignment="center")
        lead = texts.HOME_LEAD_WHOLE if cached_studio.composer() else texts.HOME_LEAD
        st.markdown(lead, text_alignment="center")
    label = texts.COMPOSE_AGAIN if seed else texts.COMPOSE
    st.button(label, type="primary", icon=":material/play_arrow:", key="compose", on_click=compose)
    # Apart from the result: a spinner would make a player anew that comes at its place.
    waiting = st.container()
    result = st.container(key="home-result")
    if not seed:
        show_readiness()
        first = cached_studio.demo_piece(cached_studio.demo_pieces()[0].slug)
        drawing = b64encode(strip_svg(first, STRIP_STEPS, palette()).encode()).decode()
        st.html(f'<img class="koe-strip" alt="" src="data:image/svg+xml;base64,{drawing}">')

if seed:
    with waiting:
        require_models(to_compose=True)
        autoplay = state.kept("home_asked_on_visit", 0) == state.visit()
        card, work = cached_studio.composer(), ""
        if not card:
            with st.spinner(texts.COMPOSING):
                piece = cached_studio.compose(seed)
    with result:
        if card:
            wishes = wishes_at_one_press(seed)
            work = composing.work_id(wishes, seed, card.name)
            found = composing.written(
                wishes, seed, card.name, "home", autoplay=autoplay, on_stop=lambda: state.keep("home_seed", 0)
            )
        else:
            found = piece
        if found:
            show_result(
                found,
                "home",
                made_from=0 if card else OPENING_STEPS,
                autoplay=autoplay,
                work=work,
                next_steps=next_steps,
                goes_on=True,
            )
        with st.popover(texts.HOME_NUMBER, type="tertiary", icon=":material/tag:", key="home-number"):
            number = st.number_input(
                texts.HOME_NUMBER, 1, state.MAX_SEED, seed, help=texts.HOME_PIECE_HELP, label_visibility="collapsed"
            )
            if number != seed:
                play_number(number)
                st.rerun()

if state.peek(composing.SADDER, False):
    st.switch_page("pages/compose.py")
if state.kept("home_goes_on", False):  # what was played here is answered where one goes on from it
    state.forget("home_goes_on")
    st.session_state["continue-start"] = "play"
    st.switch_page("pages/continue.py")
if cached_studio.studio().answering_model():
    with st.container(key="home-answer", horizontal_alignment="center"):
        # The piano comes when somebody wants it: a first visit loads nothing that it does not need.
        st.button(
            texts.HOME_ANSWER,
            icon=":material/piano:",
            key="home-play",
            on_click=state.keep,
            args=("home_playing", not state.kept("home_playing", False)),
        )
        if state.kept("home_playing", False):
            st.caption(texts.HOME_ANSWER_HINT, text_alignment="center")
            said, visit = state.kept("played_said", ("", 0))
            piano.play_in(
                state.kept("played", None),
                key="home-piano",
                on_take=continuing.take_in,
                on_go=go_on,
                on_phrase=answer,
                said=said if visit == state.visit() else "",
            )
st.header(texts.HOME_MORE, anchor=False)
with st.container(key="cards"):
    for name, icon, title, line in texts.HOME_CARDS:
        if name == "compose" and not cached_studio.composer():
            continue
        with st.container(key=f"card-{name}"):
            st.page_link(f"pages/{name}.py", label=title, icon=icon)
            st.caption(line)
