"""Interpolate: the way from one segment to another through the latent space."""

import numpy as np
import streamlit as st

from koe.music.pianoroll import binarize
from koe.plots.heatmaps import small_rolls_figure
from koe.projects.recipes import Blended, Path, end_in
from koe.web import backend, controls, pieces, state, texts
from koe.web.frame import heading, palette
from koe.web.result import STILL, show_result
from koe.web.warmup import require_models

STOPS_SHOWN = 5

heading(texts.INTERPOLATE_TITLE, texts.INTERPOLATE_LEAD)

left, right = st.columns(2, gap="large")
with left, st.container(border=True):
    first, first_measure = pieces.choose_piece("from", texts.INTERPOLATE_FIRST)
with right, st.container(border=True):
    second, second_measure = pieces.choose_piece("to", texts.INTERPOLATE_SECOND, another=True)

require_models()
studio = backend.studio()
with_weight, with_threshold, with_model = st.columns([3, 2, 2], gap="large")
with with_model:
    card = controls.choose_model(studio.latent_models(), "interpolate")
with with_weight:
    weight = st.slider(
        texts.INTERPOLATE_BLEND,
        0.0,
        1.0,
        0.5,
        0.01,
        key="blend",
        help=texts.INTERPOLATE_BLEND_HELP,
        persist_state="session",
    )
with with_threshold:
    threshold = controls.threshold_slider(f"interpolate-threshold-{card.name}", card.threshold)

ends = studio.segment(first, first_measure), studio.segment(second, second_measure)
percent = round(weight * 100)
names = {"first": first.title or texts.UNTITLED, "second": second.title or texts.UNTITLED}
qpm = (1 - weight) * first.qpm + weight * second.qpm
st.subheader(texts.INTERPOLATE_HEARD.format(percent=percent), anchor=False)
# Measured in the metre of the piece that it is nearer to.
nearer = state.excerpt(first, first_measure) if weight < 0.5 else state.excerpt(second, second_measure)
title = texts.INTERPOLATE_TITLE_BLEND.format(percent=percent, **names)
blend = studio.blend_piece(*ends, card.name, weight, threshold, qpm, title, nearer.time_signatures)
# By which a link finds the way again; other pieces than those that ship with Koe have no name to find them by.
places = end_in(first, first_measure, studio), end_in(second, second_measure, studio)
between = Blended(card.name, *places, weight, threshold) if all(places) else None
show_result(blend, "blend", height=220, recipe=between)

st.subheader(texts.INTERPOLATE_PATH, anchor=False)
weights = np.linspace(0.0, 1.0, STOPS_SHOWN)
rolls = binarize(backend.blend(*ends, card.name, tuple(weights.tolist())), threshold)
st.plotly_chart(
    small_rolls_figure(rolls, [f"{weight:.0%}" for weight in weights], palette=palette()),
    key="path-rolls",
    config=STILL,
)
n_stops = st.slider(
    texts.INTERPOLATE_STEPS, 2, 16, 5, key="path-stops", help=texts.INTERPOLATE_STEPS_HELP, persist_state="session"
)
path = studio.morph(
    *ends, card.name, n_stops, threshold, (first.qpm + second.qpm) / 2, texts.INTERPOLATE_TITLE_PATH.format(**names)
)
way = Path(card.name, *places, n_stops, threshold) if all(places) else None
show_result(path, "path", height=240, recipe=way)
