"""What a network finds for a gap or a tune: asked for, kept, and shown in the piece or by itself."""

import streamlit as st

from koe.models.sampling import Sampling
from koe.music.piece import Piece
from koe.studio.kept_notes import in_place
from koe.web import controls
from koe.web.result.result import show_result
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import filled, places, state
from koe.web.session.as_project import note_take
from koe.web.session.filled import GAP, Filled
from koe.web.texts import continuing as words
from koe.web.texts import fill as texts

N_FILLINGS = 4
AROUND_MEASURES = 2  # heard before a gap, and shown on either side of it where the rest of the piece is not
_ASKED, _NUMBER = "fill_asked", "filled_number"


def ask() -> None:
    """Let a network look in the next run."""
    state.keep(_ASKED, True)


def asked() -> bool:
    """Whether it is to look, once."""
    was = state.kept(_ASKED, False)
    state.keep(_ASKED, False)
    return was


def find(
    piece: Piece, task: str, first: int, n_measures: int, hand: str, model: str, seed: int, sampling: Sampling | None
) -> None:
    """Let a network find music for some measures, and keep each way within the whole piece."""
    require_models()
    st.button(words.CONTINUE_STOP, icon=":material/stop:", key="fill-stop")
    bar = st.progress(0.0, text=texts.FILLING)

    def progress(done: int, total: int) -> None:
        bar.progress(min(done / max(total, 1), 1.0), text=texts.FILLING)

    part = places.ticks_of(piece, first, n_measures)
    studio = cached_studio.studio()
    if task == GAP:
        wholes = studio.fill_gap(
            piece, first, n_measures, hand, model, seed, N_FILLINGS, sampling, progress=progress
        )  # fmt: skip
    else:
        tune = piece.slice(*part).melody()
        found = studio.harmonise(tune, model, seed, N_FILLINGS, sampling, progress=progress)
        wholes = tuple(in_place(piece, part, tune, one) for one in found)
    filled.keep(wholes, piece, part, task, state.visit())
    for whole in wholes:
        # Of a gap, what stands before it was heard; a tune runs through all of its harmony.
        note_take(whole, piece.measure_steps[first - 1] if task == GAP else 0)
    state.keep(_NUMBER, state.kept(_NUMBER, 0) + 1)


def show_results(task: str, seed_key: str) -> None:
    """What was found last for this task, in the piece that is the current one; a button draws other ways."""
    found = filled.kept()
    if found is None or found.task != task:
        return
    st.caption(texts.FILL_LEGEND)
    view = controls.choice("fill-view", texts.FILL_VIEW, texts.FILL_VIEWS.__getitem__)
    for number, whole in enumerate(found.wholes, start=1):
        st.header(texts.FILLING_NUMBER.format(number=number), anchor=False)
        key = f"filled-{state.kept(_NUMBER, 0)}-{number}"
        _show(found, whole, key, view, autoplay=number == 1 and found.visit == state.visit())
    controls.another_seed(seed_key, texts.FOUR_OTHERS, ask)


def _show(found: Filled, whole: Piece, key: str, view: str, *, autoplay: bool) -> None:
    before, (start, stop) = found.before, found.part
    around, begins = _around(before, found.part)
    is_part = view == "part"
    cut = around if is_part else (0, max(before.n_ticks, whole.n_ticks))
    shown, was = (whole.slice(*cut), before.slice(*cut)) if is_part else (whole, before)
    show_result(
        shown,
        key,
        # What a person brought sounds as they brought it.
        made_from=0 if before.made_by else None,
        before=was,
        part=(start - cut[0], stop - cut[0]),
        begin=around[0] - cut[0],
        first_measure=begins if is_part else None,
        height=210,
        autoplay=autoplay,
        whole=whole,
    )


def _around(piece: Piece, part: tuple[int, int]) -> tuple[tuple[int, int], int]:
    """Ticks of a part with a few measures on either side, and the number of the first of these measures."""
    lines = [*piece.measure_onsets, piece.n_ticks]
    first = max(0, sum(line <= part[0] for line in lines[:-1]) - 1 - AROUND_MEASURES)
    last = min(len(lines) - 1, sum(line < part[1] for line in lines) + AROUND_MEASURES)
    return (lines[first], lines[last]), first + piece.first_number
