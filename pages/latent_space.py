"""Latent space: sixteen sliders, and the music at their point."""

import numpy as np
import streamlit as st

from koe.web import backend, controls, pieces, state, texts
from koe.web.frame import heading
from koe.web.result import show_result
from koe.web.warmup import require_models

COARSE_FROM = 2.0  # ranges wider than this move in hundredths, others in thousandths
N_SLIDERS = 16  # of a model with more numbers the first carry the most; the others stay as they are

heading(texts.LATENT_TITLE, texts.LATENT_LEAD)
pieces.current_piece_bar("latent")
require_models()

studio = backend.studio()
left, right = st.columns([1, 3], vertical_alignment="bottom", gap="medium")
with left:
    card = controls.choose_model(studio.latent_models(), "latent")
low, high = card.latent_range
step = 0.001 if high <= COARSE_FROM else 0.01
kept = f"latents-{card.name}"
n_sliders = min(card.latent_dim, N_SLIDERS)


def slider_key(index: int) -> str:
    """Key of one slider of the chosen model."""
    return f"latent-{card.name}-{index}"


def move_to(latents: np.ndarray) -> None:
    """Set all sliders."""
    rounded = np.clip(np.round(np.asarray(latents, dtype=float) / step) * step, low, high)
    state.keep(kept, rounded)
    for index, value in enumerate(rounded[:n_sliders]):
        st.session_state[slider_key(index)] = float(value)


def draw(way: str) -> None:
    """Set all sliders by chance."""
    move_to(studio.sample_latents(card.name, state.new_seed(), way))


buttons = (
    (
        texts.LATENT_FROM_SEGMENT,
        ":material/music_note:",
        None,
        lambda: move_to(studio.encode(state.segment(), card.name)),
    ),
    (texts.LATENT_RANDOM_NEAR, ":material/casino:", texts.LATENT_RANDOM_NEAR_HELP, lambda: draw("near")),
    (texts.LATENT_RANDOM_UNIFORM, ":material/shuffle:", texts.LATENT_RANDOM_UNIFORM_HELP, lambda: draw("uniform")),
    (
        texts.LATENT_MEAN,
        ":material/functions:",
        texts.LATENT_MEAN_HELP,
        lambda: move_to(studio.mean_latents(card.name)),
    ),
    (texts.LATENT_RESET, ":material/restart_alt:", None, lambda: move_to(np.zeros(card.latent_dim))),
)
with right, st.container(horizontal=True, horizontal_alignment="right", gap="small", key="latent-buttons"):
    for number, (label, icon, hint, action) in enumerate(buttons):
        st.button(label, icon=icon, help=hint, on_click=action, key=f"latent-set-{number}")

# Widgets forget on a change of page; the vector does not.
latents = state.kept(kept, lambda: studio.encode(state.segment(), card.name))
if slider_key(0) not in st.session_state:
    move_to(latents)

result = st.container(key="latent-stage")
with st.container(key="sliders"):
    values = [
        st.slider(f"{index + 1}", low, high, step=step, key=slider_key(index), format="%.3f" if step < 0.01 else "%.2f")
        for index in range(n_sliders)
    ]
if card.latent_dim > n_sliders:
    st.caption(texts.LATENT_OTHERS.format(n=card.latent_dim - n_sliders))
threshold = controls.threshold_slider(f"latent-threshold-{card.name}", card.threshold)
values = np.concatenate([values, state.kept(kept, lambda: latents)[n_sliders:]])
state.keep(kept, values)

excerpt = state.segment_piece()
title = texts.LATENT_PIECE.format(model=card.title)
piece = studio.piece_from_latents(
    values, card.name, threshold, excerpt.qpm, title, time_signatures=excerpt.time_signatures
)
with result:
    show_result(piece, "latent", height=210)
