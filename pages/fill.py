"""Fill: some measures are taken out, or a tune is given, and a network finds the rest."""

from functools import partial

import streamlit as st

from koe.models.cards import COMPOSITION
from koe.models.sampling import TOSS, Sampling
from koe.music.piece import Piece
from koe.studio.filling import BOTH, MAX_GAP_STEPS
from koe.web import controls, pieces
from koe.web.frame import heading
from koe.web.result.result import show_result
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import filled, state
from koe.web.session.as_project import note_take
from koe.web.texts import continuing as words
from koe.web.texts import fill as texts
from koe.web.texts import pages

N_FILLINGS = 4
GAP = "gap"
AROUND_MEASURES = 2  # shown on either side of the gap

heading(texts.FILL_TITLE, texts.FILL_LEAD)
pieces.current_piece_bar("fill")

piece = state.current_piece()
cards = cached_studio.studio().fillers()
task = controls.choice("fill-task", texts.FILL_TASK, texts.FILL_TASKS.__getitem__)


def measures_at_most(first: int) -> int:
    """How many measures from this one on a gap can have."""
    borders = [*piece.measure_steps, piece.n_steps]
    return max(1, sum(border - borders[first - 1] <= MAX_GAP_STEPS for border in borders[first:]))


first, number = state.measure(), state.measure_number()
left, middle, right = st.columns(3, gap="large")
with left:
    most = min(8, measures_at_most(first))
    n_measures = 1
    if most > 1:
        label = texts.FILL_MEASURES if task == GAP else texts.FILL_MELODY_MEASURES
        n_measures = st.slider(label, 1, most, min(2 if task == GAP else 4, most), key=f"fill-measures-{most}")
    st.caption(texts.FILL_WHERE.format(first=number, last=number + n_measures - 1))
with middle:
    hand = BOTH
    if task == GAP:
        hand = controls.choice("fill-hand", texts.FILL_HAND, texts.FILL_HANDS.__getitem__)
    card = controls.choose_model(cards, "fill") if len(cards) > 1 else cards[0]
    pieces.say_moved(card.title, piece)
with right:
    seed = controls.choose_seed("fill-seed")
    sampling: Sampling | None = None
    if card.kind == COMPOSITION:
        with st.popover(words.MORE, icon=":material/tune:", key="fill-more"):
            temperature = controls.slider("fill-temperature", pages.TEMPERATURE, pages.TEMPERATURE_HELP)
            top_p = controls.slider("fill-top-p", words.TOP_P, words.TOP_P_HELP)
        sampling = Sampling(TOSS, temperature=temperature, top_p=top_p)


def shown(whole: Piece) -> Piece:
    """The gap and what stands around it."""
    borders = [*piece.measure_onsets, piece.n_ticks]
    last = min(len(borders) - 1, first - 1 + n_measures + AROUND_MEASURES)
    return whole.slice(borders[max(0, first - 1 - AROUND_MEASURES)], borders[last])


def offer(whole: Piece, key: str) -> None:
    """The whole piece with this filling, as the current one."""

    def use() -> None:
        state.use_piece(whole)
        state.notice(pages.USED)

    st.button(
        texts.FILL_USE,
        key=f"{key}-keep",
        icon=":material/queue_music:",
        help=pages.USE_HELP,
        on_click=use,
    )


place = st.container()
place.button(
    texts.FILL_GO,
    type="primary",
    icon=":material/auto_fix_high:",
    key="fill-go",
    on_click=lambda: state.keep("fill_asked", True),
)
if state.kept("fill_asked", False):
    state.keep("fill_asked", False)
    with place:
        require_models()
        st.button(words.CONTINUE_STOP, icon=":material/stop:", key="fill-stop")
        bar = st.progress(0.0, text=texts.FILLING)

        def progress(done: int, total: int) -> None:
            """Show how far the network is."""
            bar.progress(min(done / max(total, 1), 1.0), text=texts.FILLING)

        if task == GAP:
            found = cached_studio.studio().fill_gap(
                piece, first, n_measures, hand, card.name, seed, N_FILLINGS, sampling, progress=progress
            )
            before, first_shown = piece, max(1, first - AROUND_MEASURES)
            results = tuple((whole, shown(whole)) for whole in found)
        else:
            borders = [*piece.measure_onsets, piece.n_ticks]
            before = piece.slice(borders[first - 1], borders[first - 1 + n_measures]).melody()
            found = cached_studio.studio().harmonise(before, card.name, seed, N_FILLINGS, sampling, progress=progress)
            first_shown, results = first, tuple((whole, whole) for whole in found)
        original = shown(before) if task == GAP else before
        filled.keep(results, original, first_shown - 1 + piece.first_number, state.visit())
        # Of a gap, what stands before it was heard; a tune runs through all of its harmony.
        for whole in found:
            note_take(whole, piece.measure_steps[first - 1] if task == GAP else 0)
        state.keep("filled_number", state.kept("filled_number", 0) + 1)
    st.rerun()

if last_found := filled.kept():
    results, original, first_shown, visit = last_found
    st.caption(texts.FILL_LEGEND)
    for number, (whole, excerpt) in enumerate(results, start=1):
        st.header(texts.FILLING_NUMBER.format(number=number), anchor=False)
        key = f"filled-{state.kept('filled_number', 0)}-{number}"
        show_result(
            excerpt,
            key,
            original=original.states,
            first_measure=first_shown,
            height=210,
            usable=False,
            autoplay=number == 1 and visit == state.visit(),
            actions=partial(offer, whole, key),
        )
