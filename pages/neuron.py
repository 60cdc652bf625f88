"""One neuron, one layer: what one neuron can say of two keys, what a layer can, and how many layers begin."""

import streamlit as st

from koe.web import pieces
from koe.web.frame import heading
from koe.web.learn import mount_lesson
from koe.web.learn.given import four_measures
from koe.web.learn.mathematics import show_mathematics
from koe.web.session import state
from koe.web.texts import neuron as texts

heading(texts.NEURON_TITLE, texts.NEURON_LEAD)
mount_lesson("neuron", texts.NEURON)
st.markdown(texts.NEURON_MORE)

st.header(texts.LAYERS_TITLE, anchor=False)
st.markdown(texts.LAYERS_LEAD)
pieces.current_piece_bar("neuron")
mount_lesson("layers", texts.LAYERS, four_measures(state.segment(), state.current_piece().qpm))
show_mathematics("neuron")
