"""A visitor's session as a project, and a project as a visitor's session.

What stands in a project comes from a file or a browser, so everything is
checked once more against what the pages' controls allow.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from koe.errors import ModelError
from koe.music.piece import Piece
from koe.projects.recipes import Recipe
from koe.projects.schema import MAX_SETTINGS, Project, Take, is_composed, is_filling, is_take, weights_of, with_take
from koe.projects.writing import write_project
from koe.web.serving import cached_studio
from koe.web.session import continued, filled, kept_values, saved_controls, state
from koe.web.session.kept_values import COMPOSED, CONTINUED, LATENTS, POINT, RECIPES, REMARKS, TAKES

MAX_RECIPES = 64


def project(piece: Piece | None = None) -> Project:
    """The session as it is, with another current piece if one is given."""
    made = project_of(state.current_piece(), state.measure(), state.everything_kept(), saved_controls.chosen())
    return made if piece is None else replace(made, piece=piece, measure=1)


def project_of(piece: Piece, measure: int, kept: dict[str, Any], chosen: Mapping[str, saved_controls.Value]) -> Project:
    """A moment of the session as a project.

    Parameters
    ----------
    piece : Piece
        The current one.
    measure : int
        Where its segment starts, from 1.
    kept : dict
        What `koe.web.session.state` keeps.
    chosen : mapping
        What the pages' controls say.
    """
    takes: tuple[Take, ...] = kept.get(TAKES, ())
    latents = {
        name.removeprefix(LATENTS): tuple(float(value) for value in vector) for name, vector in _vectors(kept).items()
    }
    in_sight = (*_shown(kept, piece, chosen), *filled.shown(kept, piece))
    made = Project(
        piece,
        measure,
        latents,
        takes,
        tuple(take.id for take in takes if _is_shown(take.piece, in_sight)),
        {name: kept[key] for name, key in kept_values.pieces().items() if isinstance(kept.get(key), Piece)}
        | filled.others(kept, piece),
        _settings(kept, piece, chosen),
    )
    try:
        weights = weights_of(made.models, cached_studio.studio().registry)
    except ModelError:  # a damaged folder of models; the notes are worth saving all the same
        weights = {}
    return replace(made, weights=weights)


def _settings(
    kept: dict[str, Any], current: Piece, chosen: Mapping[str, saved_controls.Value]
) -> dict[str, saved_controls.Value]:
    """Seeds and other choices, as many as a file holds."""
    own = {
        name: kept[name] for name, fits in kept_values.settings().items() if name in kept and fits(kept[name])
    } | _point(kept)
    return dict(list((own | filled.settings(kept, current) | dict(chosen)).items())[:MAX_SETTINGS])


def _point(kept: dict[str, Any]) -> dict[str, str]:
    """The place of the puck on the square, as a setting."""
    return {POINT: " ".join(f"{float(share):.6g}" for share in kept[POINT])} if POINT in kept else {}


def _point_from(text: object) -> tuple[float, float] | None:
    try:
        x, y = (float(word) for word in str(text).split())
    except ValueError:
        return None
    return (x, y) if 0 <= x <= 1 and 0 <= y <= 1 else None


def _vectors(kept: dict[str, Any]) -> dict[str, np.ndarray]:
    """The latent vectors among what is kept."""
    return {name: value for name, value in kept.items() if name.startswith(LATENTS) and isinstance(value, np.ndarray)}


def _shown(kept: dict[str, Any], piece: Piece, chosen: Mapping[str, saved_controls.Value]) -> tuple[Piece, ...]:
    """What stands on the pages Continue and Compose."""
    composed = kept.get(COMPOSED)
    start = str(chosen.get(continued.START, continued.START_AT_FIRST))
    found = continued.shown(kept, piece, start)
    return (*found, composed[0]) if isinstance(composed, tuple) and composed else found


def _is_shown(piece: Piece, shown: tuple[Piece, ...]) -> bool:
    """Whether it is one of these; found once more by the same seed it is another object."""
    return any(piece is one or (piece == one and piece.made_by == one.made_by) for one in shown)


def file_of(made: Project) -> bytes:
    """A project as a file."""
    return write_project(made)


def restore(opened: Project) -> None:
    """Make a project the session; to be called before the page runs."""
    kept = state.everything_kept()
    state.forget_places()
    state.use_piece(opened.piece or cached_studio.demo_piece(cached_studio.demo_pieces()[0].slug))
    state.choose_measure(opened.measure)
    for name in [
        *_vectors(kept),
        CONTINUED,
        continued.OF,
        COMPOSED,
        REMARKS,
        filled.FILLED,
        *kept_values.pieces().values(),
    ]:
        state.forget(name)
    for model, vector in _fitting(opened).items():
        state.keep(LATENTS + model, vector)
    state.keep(TAKES, opened.takes)
    filled.restore(opened)
    shown = [take for take in opened.takes if take.id in opened.shown and not is_filling(take.piece)]
    if whole := [take.piece for take in shown if is_composed(take.piece)]:
        state.keep(COMPOSED, (whole[-1], -1))
    shown = [take for take in shown if not is_composed(take.piece)]
    if shown:
        start = str(opened.settings.get(continued.START, continued.START_AT_FIRST))
        continued.keep(tuple(take.piece for take in shown), shown[0].made_from, start, state.current_piece(), -1)
    for name, key in kept_values.pieces().items():
        if name in opened.others:
            state.keep(key, opened.others[name])
    for name, fits in kept_values.settings().items():
        if name in opened.settings and fits(opened.settings[name]):
            state.keep(name, opened.settings[name])
        else:
            state.forget(name)
    state.forget(POINT)
    if point := _point_from(opened.settings.get(POINT)):
        state.keep(POINT, point)
    saved_controls.choose(opened.settings.get)
    renew_widgets()


def _fitting(opened: Project) -> dict[str, np.ndarray]:
    """The vectors of models that are here and take as many numbers."""
    try:
        dims = {card.name: card.latent_dim for card in cached_studio.studio().latent_models()}
    except ModelError:
        dims = {}
    return {model: np.array(vector) for model, vector in opened.latents.items() if dims.get(model) == len(vector)}


def renew_widgets() -> None:
    """Let widgets that mirror a kept value take it up anew, and nothing play by itself."""
    for key in kept_values.widgets():
        st.session_state.pop(key, None)
    for name in _vectors(state.everything_kept()):
        # By which the sliders notice that somebody else has moved them.
        state.keep(f"{name}-turn", state.kept(f"{name}-turn", 0) + 1)
    state.keep("home_asked_on_visit", -1)


def note_take(piece: Piece, made_from: int | None) -> None:
    """Remember what chance made, once."""
    takes: tuple[Take, ...] = state.kept(TAKES, ())
    if is_take(piece) and not any(take.piece is piece for take in takes):
        state.keep(TAKES, with_take(takes, piece, made_from or 0))


def remember_recipe(piece: Piece, recipe: Recipe) -> None:
    """Remember how a piece was made, for when it is met again on another page."""
    recipes: dict[bytes, Recipe] = state.kept(RECIPES, dict)
    which = cached_studio.fingerprint(piece)
    recipes.pop(which, None)
    recipes[which] = recipe
    while len(recipes) > MAX_RECIPES:
        recipes.pop(next(iter(recipes)))


def recipe_for(piece: Piece) -> Recipe | None:
    """How a piece was made, where a page has said so."""
    return state.kept(RECIPES, dict).get(cached_studio.fingerprint(piece))
