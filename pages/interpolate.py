"""Interpolate: the way from one segment to another through the latent space, or a point between four."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from koe.models.latent import LINE, RESPECTS
from koe.music.piece import Piece
from koe.plots.distances import distances_figure
from koe.projects.recipes import Blended, Path, end_in
from koe.web import controls, pieces
from koe.web.frame import heading, palette
from koe.web.pictures import small_rolls_picture
from koe.web.result.result import STILL, show_result
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.square import choose_point
from koe.web.texts import interpolate as texts
from koe.web.texts import pages
from koe.web.texts.titles import titled

if TYPE_CHECKING:
    from koe.models.cards import ModelCard

STOPS_SHOWN = 5
FIRST_SEED = 1  # the same for everybody, so that what the page begins with is written once
CORNERS = ("corner-1", "corner-2", "corner-3", "corner-4")

heading(texts.INTERPOLATE_TITLE, texts.INTERPOLATE_LEAD)
studio = cached_studio.studio()


@dataclass(frozen=True)
class How:
    """What the controls say about how to walk."""

    card: "ModelCard"
    threshold: float
    way: str = LINE
    one_key: bool = False


def choose_how(between_two: bool) -> How:
    """The network in sight; what few people need behind a button."""
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium")
    respect = "all"
    with row:
        more = st.popover(texts.INTERPOLATE_MORE, icon=":material/tune:", key="interpolate-more")
        card = controls.choose_model(studio.latent_models(), "interpolate", more)
    if between_two and studio.crosses(card.name):
        respect = controls.choice("interpolate-respect", texts.RESPECT, texts.RESPECTS.__getitem__, texts.RESPECT_HELP)
    with more:
        one_key = controls.switch("interpolate-one-key", texts.ONE_KEY, texts.ONE_KEY_HELP)
        way = LINE
        if between_two:
            way = controls.choice("interpolate-way", texts.PATH_WAY, texts.PATH_WAYS.__getitem__, texts.PATH_WAY_HELP)
        threshold = controls.threshold_slider(f"interpolate-threshold-{card.name}")
    return How(card, threshold, way if respect == "all" else respect, one_key)


def title_of(piece: Piece) -> str:
    """Its title, or a word for none."""
    return titled(piece.title) or pages.UNTITLED


def between_two() -> None:
    """A line from one segment to another: a point of it, then all of it."""
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        first, first_measure = pieces.choose_piece("from", texts.INTERPOLATE_FIRST)
    with right, st.container(border=True):
        second, second_measure = pieces.choose_piece("to", texts.INTERPOLATE_SECOND, another=1)
    require_models()
    with_weight, with_how = st.columns([1, 1], gap="large", vertical_alignment="bottom")
    with with_weight:
        weight = controls.slider("blend", texts.INTERPOLATE_BLEND, texts.INTERPOLATE_BLEND_HELP)
    with with_how:
        how = choose_how(between_two=True)
        pieces.say_moved(how.card.title, state.excerpt(first, first_measure), state.excerpt(second, second_measure))
    model, moved = how.card.name, studio.in_one_key(second, first) if how.one_key else second
    ends = studio.segment(first, first_measure), studio.segment(moved, second_measure)
    if how.way in RESPECTS:
        with st.spinner(texts.CROSSING):
            cached_studio.crossed(*ends, model, how.way)  # remembered by the network, so that all below find it at once
    percent = round(weight * 100)
    names = {"first": title_of(first), "second": title_of(second)}
    qpm = (1 - weight) * first.qpm + weight * second.qpm
    # Measured in the metre of the piece that it is nearer to.
    nearer = state.excerpt(first, first_measure) if weight < 0.5 else state.excerpt(moved, second_measure)
    # By which a link finds the way again; other pieces than those that ship with Koe have no name to find them by.
    begin, end = end_in(first, first_measure, studio), end_in(moved, second_measure, studio)

    st.header(texts.INTERPOLATE_HEARD.format(percent=percent), anchor=False)
    # What tells no struck from held keys is blurred half way, and leads to the same chord again and again; what
    # writes in time needs nobody to write for it.
    led = how.card.hears_onsets and not studio.writes_in_time(how.card.name)
    writer = cached_studio.writer() if led else None
    ways = [by for by in texts.BLENDS if by != "retold" or writer]
    if st.session_state.get("blend-by") not in ways:  # chosen for another network
        st.session_state.pop("blend-by", None)
    by = controls.choice(
        "blend-by",
        texts.BLEND_BY,
        lambda by: texts.BLENDS[by].format(writer=writer.title if writer else ""),
        words=ways,
        quiet=True,
    )
    faded, reteller = by == "fade", writer if by == "retold" else None
    seed = 0
    if reteller:
        with st.container(horizontal=True, gap="small"):
            controls.another_seed("interpolate-seed")
            with st.popover(texts.INTERPOLATE_MORE, icon=":material/tune:", key="interpolate-seed-more"):
                seed = controls.choose_seed("interpolate-seed", FIRST_SEED)
    if faded:
        title = texts.INTERPOLATE_TITLE_FADE.format(percent=percent, **names)
        fade = studio.crossfade(*ends, weight, qpm=qpm, title=title, time_signatures=nearer.time_signatures)
        show_result(fade, "fade", height=220, made_from=None)
        st.caption(texts.FADE_CAPTION)
    elif reteller:
        title = texts.INTERPOLATE_TITLE_RETOLD.format(percent=percent, **names)
        told = cached_studio.retold(*ends, model, (weight,), seed, qpm, title, nearer.time_signatures, how.way)
        show_result(told, "retold", height=220)
        st.caption(texts.RETOLD_CAPTION.format(writer=reteller.title, model=how.card.title))
    else:
        title = texts.INTERPOLATE_TITLE_BLEND.format(percent=percent, **names)
        blend = studio.blend_piece(
            *ends,
            model,
            weight,
            how.threshold,
            qpm=qpm,
            title=title,
            time_signatures=nearer.time_signatures,
            way=how.way,
        )
        between = Blended(model, begin, end, weight, how.threshold, how.way) if begin and end else None
        show_result(blend, "blend", height=220, recipe=between)

    st.header(texts.INTERPOLATE_PATH, anchor=False)
    weights = np.linspace(0.0, 1.0, STOPS_SHOWN)
    if not faded:
        rolls = cached_studio.blend_rolls(*ends, model, tuple(weights.tolist()), how.way, how.threshold)
        st.plotly_chart(
            small_rolls_picture(rolls, tuple(f"{stop:.0%}" for stop in weights), palette()),
            key="path-rolls",
            config=STILL,
        )
    n_stops = controls.count("path-stops", texts.INTERPOLATE_STEPS, texts.INTERPOLATE_STEPS_HELP)
    mean_qpm = (first.qpm + second.qpm) / 2
    if faded:
        title = texts.INTERPOLATE_TITLE_FADED_PATH.format(**names)
        fades = studio.crossfade(*ends, np.linspace(0.0, 1.0, n_stops), qpm=mean_qpm, title=title)
        show_result(fades, "faded-path", height=240, made_from=None)
    elif reteller:
        title = texts.INTERPOLATE_TITLE_RETOLD_PATH.format(**names)
        stops = tuple(np.linspace(0.0, 1.0, n_stops).tolist())
        show_result(
            cached_studio.retold(*ends, model, stops, seed, mean_qpm, title, (), how.way), "retold-path", height=240
        )
    else:
        title = texts.INTERPOLATE_TITLE_PATH.format(**names)
        path = cached_studio.morph(*ends, model, n_stops, how.threshold, mean_qpm, title, how.way)
        recipe = Path(model, begin, end, n_stops, how.threshold, how.way) if begin and end else None
        show_result(path, "path", height=240, recipe=recipe)
    show_distances(ends, how, names)


def show_distances(ends: tuple[np.ndarray, np.ndarray], how: How, names: dict[str, str]) -> None:
    """How far each point of the way is from both ends."""
    box = st.expander(texts.DISTANCES, icon=":material/straighten:", key="distances", on_change="rerun")
    if not box.open:  # nobody looks, so nothing is computed
        return
    with box:
        distances = cached_studio.distances(*ends, how.card.name, how.threshold, how.way)
        st.plotly_chart(
            distances_figure(
                distances, (names["first"], names["second"]), words=texts.DISTANCES_WORDS, palette=palette()
            ),
            key="distances-figure",
            config=STILL,
        )
        st.caption(texts.DISTANCES_CAPTION)


def between_four() -> None:
    """A square with a piece in each corner, and a puck."""
    # Two rows, so that a phone shows the corners in their order.
    columns = [*st.columns(2, gap="large"), *st.columns(2, gap="large")]
    chosen = []
    for number, name in enumerate(CORNERS):
        with columns[number], st.container(border=True):
            chosen.append(pieces.choose_piece(name, texts.CORNERS[number], another=number))
    require_models()
    how = choose_how(between_two=False)
    pieces.say_moved(how.card.title, *(state.excerpt(piece, measure) for piece, measure in chosen))
    reference = chosen[0][0]
    moved = [(studio.in_one_key(piece, reference) if how.one_key else piece, measure) for piece, measure in chosen]
    point = state.kept("square-point", (0.5, 0.5))
    with_square, with_result = st.columns([2, 3], gap="large", vertical_alignment="center")
    with with_square:
        choose_point(
            point,
            [title_of(piece) for piece, _ in chosen],
            key="square",
            label=texts.SQUARE_LABEL,
            on_change=lambda chosen_point: state.keep("square-point", chosen_point),
        )
        st.caption(texts.SQUARE_HINT)
    x, y = point
    shares = ((1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y)
    nearest = moved[int(np.argmax(shares))]
    qpm = sum(share * piece.qpm for share, (piece, _) in zip(shares, moved, strict=True))
    piece = studio.blend_square(
        [studio.segment(piece, measure) for piece, measure in moved],
        how.card.name,
        x,
        y,
        how.threshold,
        qpm=qpm,
        title=texts.SQUARE_TITLE,
        time_signatures=state.excerpt(*nearest).time_signatures,
    )
    with with_result:
        show_result(piece, "square-result", height=300)


between = controls.choice("interpolate-between", texts.INTERPOLATE_BETWEEN, texts.BETWEEN.__getitem__, quiet=True)
if between == "four":
    between_four()
else:
    between_two()
