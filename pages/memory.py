"""Memory: LSTM1 from within, what TR1 looks back at, and the same beginning for two networks."""

import streamlit as st

from koe.music.grid import SEGMENT_STEPS, STEPS_PER_MEASURE
from koe.web import pieces
from koe.web.frame import heading
from koe.web.learn import mount_lesson
from koe.web.learn.given import begun_alike, cells_of, four_measures, looked_back
from koe.web.learn.mathematics import show_mathematics
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.texts import memory as texts

COMPOSES = "tr1"

heading(texts.MEMORY_TITLE, texts.MEMORY_LEAD)
pieces.current_piece_bar("memory")
piece, segment = state.current_piece(), state.segment()
heard = four_measures(segment, piece.qpm)
mount_lesson("memory", texts.MEMORY, heard | cells_of(cached_studio.look_inside(segment)))
st.markdown(texts.MEMORY_MORE)

card = cached_studio.composer()
looking = st.container()
st.header(texts.BEGINNINGS_TITLE, anchor=False)
st.markdown(texts.BEGINNINGS_LEAD)
beginning = st.container()
st.markdown(texts.BEGINNINGS_WHY)
show_mathematics("memory")

# What takes longer comes after what can be seen at once.
if card is not None and card.network == COMPOSES and piece.notes:
    with looking:
        st.header(texts.LOOKBACK_TITLE, anchor=False)
        st.markdown(texts.LOOKBACK_LEAD)
        mount_lesson("lookback", texts.LOOKBACK, looked_back(piece, cached_studio.look_back(piece)))
        st.markdown(texts.LOOKBACK_MORE)
with beginning:
    require_models()
    givens = range(STEPS_PER_MEASURE, SEGMENT_STEPS, STEPS_PER_MEASURE)
    found = {n // STEPS_PER_MEASURE: cached_studio.begin_alike(segment, n) for n in givens}
    mount_lesson("beginnings", texts.BEGINNINGS, heard | begun_alike(found))
