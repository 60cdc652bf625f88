"""Downhill: how networks learn, with balls on a landscape, the paper's own curve, and a network that learns here."""

import numpy as np
import streamlit as st

from koe.errors import ModelError
from koe.plots.training import curves_figure
from koe.web import pieces
from koe.web.frame import heading, palette
from koe.web.learn import mount_lesson
from koe.web.learn.given import four_measures
from koe.web.learn.mathematics import show_mathematics
from koe.web.result.result import STILL
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import downhill as texts
from koe.web.texts import models_page as model_texts

PAPERS = "ae1"

heading(texts.DOWNHILL_TITLE, texts.DOWNHILL_LEAD)
mount_lesson("downhill", texts.DOWNHILL)
st.markdown(texts.DOWNHILL_MORE)

st.header(texts.TRAINING_TITLE, anchor=False)
st.markdown(texts.TRAINING_LEAD)
pieces.current_piece_bar("downhill")
mount_lesson("training", texts.TRAINING, four_measures(state.segment(), state.current_piece().qpm))

try:
    record = cached_studio.training_record(PAPERS)
except ModelError:
    record = None  # the page Models says why
if record is not None and np.isfinite(record.history.get("mse", np.nan)).any():
    st.header(texts.CURVE_TITLE, anchor=False)
    st.markdown(texts.CURVE_LEAD)
    figure = curves_figure(
        record.history,
        "mse",
        names=model_texts.CURVE_NAMES,
        axis=model_texts.EPOCHS_AXIS,
        palette=palette(),
    )
    alt = model_texts.CURVES_ALT.format(title=model_texts.CURVES["mse"], model=PAPERS.upper())
    st.plotly_chart(figure, key="downhill-curve", config=STILL, alt=alt)

show_mathematics("downhill")
