"""Fill: some measures are taken out, or a tune is given, and a network finds the rest."""

import streamlit as st

from koe.models.cards import COMPOSITION
from koe.models.sampling import TOSS, Sampling
from koe.studio.filling import BOTH
from koe.web import controls, filling, pieces
from koe.web.frame import heading
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.session.filled import GAP
from koe.web.texts import continuing as words
from koe.web.texts import fill as texts
from koe.web.texts import pages

heading(texts.FILL_TITLE, texts.FILL_LEAD)

piece = state.current_piece()
cards = cached_studio.studio().fillers()
task = controls.choice("fill-task", texts.FILL_TASK, texts.FILL_TASKS.__getitem__)
pieces.current_piece_line()
first, n_measures = pieces.choose_stretch(
    piece, task, texts.FILL_MEASURES if task == GAP else texts.FILL_MELODY_MEASURES
)
left, right = st.columns([1, 1], gap="large", vertical_alignment="bottom")
with right, st.container(horizontal=True, vertical_alignment="center", gap="medium"):
    # All that is weighed or drawn by lot, for those who look for it.
    more = st.popover(words.MORE, icon=":material/tune:", key="fill-more")
    card = controls.choose_model(cards, "fill", more)
with left:
    hand = BOTH
    if task == GAP:
        hand = controls.choice("fill-hand", texts.FILL_HAND, texts.FILL_HANDS.__getitem__)
    pieces.say_moved(card.title, piece)
with more:
    seed = controls.choose_seed("fill-seed")
    sampling: Sampling | None = None
    if card.kind == COMPOSITION:
        temperature = controls.slider("fill-temperature", pages.TEMPERATURE, pages.TEMPERATURE_HELP)
        top_p = controls.slider("fill-top-p", words.TOP_P, words.TOP_P_HELP)
        sampling = Sampling(TOSS, temperature=temperature, top_p=top_p)

place = st.container()
place.button(texts.FILL_GO, type="primary", icon=":material/auto_fix_high:", key="fill-go", on_click=filling.ask)
if filling.asked():
    with place:
        filling.find(piece, task, first, n_measures, hand, card.name, seed, sampling)
    st.rerun()

filling.show_results(task, "fill-seed")
