"""Memory: LSTM1 from within, while it hears the visitor's measures."""

import streamlit as st

from koe.web import pieces
from koe.web.frame import heading
from koe.web.learn import mount_lesson
from koe.web.learn.given import cells_of, four_measures
from koe.web.learn.mathematics import show_mathematics
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import memory as texts

heading(texts.MEMORY_TITLE, texts.MEMORY_LEAD)
pieces.current_piece_bar("memory")
segment = state.segment()
given = four_measures(segment, state.current_piece().qpm) | cells_of(cached_studio.look_inside(segment))
mount_lesson("memory", texts.MEMORY, given)
st.markdown(texts.MEMORY_MORE)
show_mathematics("memory")
