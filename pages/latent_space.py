"""Latent space: sliders that are heard while they move, and the music at their point."""

import numpy as np
import streamlit as st

from koe.music.piece import Piece
from koe.web import controls, pieces
from koe.web.frame import heading
from koe.web.latents import mount_latents
from koe.web.latents.changes import show_changes
from koe.web.result.result import show_result
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.texts import latent_space as texts
from koe.web.texts import pages

USUAL_PITCHES = (36, 91)  # the roll shows these at least, so that it stays as it is while sliders move
MOVING = "latent-panel-moving"
PRESSED = "latent-panel-pressed"

heading(texts.LATENT_TITLE, texts.LATENT_LEAD)
pieces.current_piece_bar("latent")
require_models()

studio = cached_studio.studio()
left, right = st.columns([1, 3], vertical_alignment="bottom", gap="medium")
with left:
    card = controls.choose_model(studio.latent_models(), "latent")
kept = f"latents-{card.name}"
pieces.say_moved(card.title, state.segment_piece())


def move_to(latents: np.ndarray) -> None:
    """Set all sliders."""
    state.keep(kept, np.clip(latents, *card.latent_range))
    state.keep(PRESSED, True)


def moved(latents: np.ndarray, moving: bool) -> None:
    """Follow the sliders, which stand there already; a button that was pressed right after the move counts more."""
    if state.kept(PRESSED, False):
        return
    state.keep(kept, latents)
    state.keep(MOVING, moving)


def draw(way: str) -> None:
    """Set all sliders by chance."""
    move_to(studio.sample_latents(card.name, state.new_seed(), way))


def all_pitches(piece: Piece) -> tuple[int, int]:
    """Lowest and highest pitch of the roll."""
    pitches = [*USUAL_PITCHES, *(note.pitch for note in piece.notes)]
    return min(pitches), max(pitches)


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

state.keep(PRESSED, False)
# Widgets forget on a change of page; the vector does not.
latents = state.kept(kept, lambda: studio.encode(state.segment(), card.name))

stage, panel = st.container(key="latent-stage"), st.container(key="latent-sliders")
show_changes(card, kept, move_to)
with st.popover(pages.MORE, icon=":material/tune:", key="latent-more"):
    threshold = controls.threshold_slider(f"latent-threshold-{card.name}")
excerpt = state.segment_piece()
title = texts.LATENT_PIECE.format(n=card.latent_dim, model=card.title)
piece = studio.piece_from_latents(
    latents, card.name, threshold, qpm=excerpt.qpm, title=title, time_signatures=excerpt.time_signatures
)
with stage:
    # No sound of what a hand is only passing by.
    moving = state.kept(MOVING, False)
    state.keep(MOVING, False)
    show_result(piece, "latent", height=230, pitches=all_pitches(piece), sound=not moving)
with panel:
    mount_latents(card, latents, "latent-panel", player="latent", threshold=threshold, on_move=moved)
