"""Pictures drawn once for all reruns that show them again: to be shown, not changed."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from koe.plots.heatmaps import latents_figure, small_rolls_figure
from koe.plots.palette import Palette

BARS = 256  # 10 kB each,
ROWS_OF_ROLLS = 64  # and 220 kB


@st.cache_resource(show_spinner=False, max_entries=BARS)
def latents_picture(
    latents: np.ndarray, latent_range: tuple[float, float], hover: str, palette: Palette, height: int
) -> go.Figure:
    """As `latents_figure`."""
    return latents_figure(latents, latent_range, hover=hover, palette=palette, height=height)


@st.cache_resource(show_spinner=False, max_entries=ROWS_OF_ROLLS)
def small_rolls_picture(rolls: np.ndarray, labels: tuple[str, ...], palette: Palette) -> go.Figure:
    """As `small_rolls_figure`."""
    return small_rolls_figure(rolls, list(labels), palette=palette)
