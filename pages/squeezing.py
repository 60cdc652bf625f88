"""Squeezing music: as zeros and ones, as text, and told in fewer and fewer numbers by several models."""

import streamlit as st

from koe.web import pieces
from koe.web.frame import heading
from koe.web.learn import mount_lesson
from koe.web.learn.given import components_of, four_measures, squeezed
from koe.web.learn.mathematics import show_mathematics
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.texts import pages
from koe.web.texts import squeezing as texts

COMPARED = ("pca", "ae1", "ae3")
STRAIGHT = "pca"

heading(texts.SQUEEZING_TITLE, texts.SQUEEZING_LEAD)
st.markdown(texts.SQUEEZING_TEXT)
mount_lesson("text", texts.TEXT)

st.header(texts.SQUEEZE_TITLE, anchor=False)
st.markdown(texts.SQUEEZE_LEAD)
pieces.current_piece_bar("squeezing")
squeezing = st.container()
segment = state.segment()
cards = {card.name: card for card in cached_studio.studio().latent_models()}
if STRAIGHT in cards:
    st.header(texts.NUMBER_TITLE, anchor=False)
    st.markdown(texts.NUMBER_LEAD)
    one = components_of(cached_studio.components(segment), cards[STRAIGHT].threshold)
    mount_lesson("number", texts.NUMBER, one | {"qpm": state.current_piece().qpm})
st.markdown(texts.SQUEEZE_MORE)
with st.container(horizontal=True):
    for name, icon in (("latent_space", ":material/tune:"), ("interpolate", ":material/linear_scale:")):
        st.page_link(f"pages/{name}.py", label=pages.PAGES[name], icon=icon)
show_mathematics("squeezing")

# Last, because it needs the networks; the rest can be read and played with meanwhile.
with squeezing:
    require_models()
    found = [(cards[name], cached_studio.squeeze(segment, name)) for name in COMPARED if name in cards]
    given = four_measures(segment, state.current_piece().qpm) | {"models": squeezed(found)}
    mount_lesson("squeeze", texts.SQUEEZE, given)
