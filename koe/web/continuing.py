"""Continuations on the page: notes that appear while they are written, takes, and going on from any measure."""

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from koe.generation.answering import FOUND
from koe.models.sampling import Sampling
from koe.music.grid import MAX_STEPS, TICKS_PER_STEP
from koe.music.making import Making
from koe.music.piece import Piece
from koe.plots.growing import growing_svg
from koe.projects.schema import Take, is_filling
from koe.web import controls
from koe.web.frame import palette
from koe.web.result.result import ASK_BEFORE_SEC, show_result
from koe.web.serving import cached_studio
from koe.web.serving.sounds import begin as begin_sound
from koe.web.session import continued, playing, state
from koe.web.session.continued import ask
from koe.web.session.kept_values import REMARKS, TAKES
from koe.web.texts import continuing as words
from koe.web.texts import fill as fill_texts
from koe.web.texts import pages as texts

if TYPE_CHECKING:
    from koe.generation.continuation import Redraw

_NUMBER = "continued_number"
ANSWER_STEPS = 128  # eight measures: what comes back, and as much again
LEAD_IN_SEC = 20.0  # what is heard before is played from its beginning unless it is longer;
LEAD_IN_MEASURES = 2  # then so much of it
MAX_TREE = 40  # takes listed


def ask_answer() -> None:
    """Let the network answer what was played, in the next run of the Continue page."""
    ask(answer=True)


def take_in(played: Piece | None, said: str) -> None:
    """Keep what was played for all pages; what could not be used leaves the last take as it was."""
    if played or not said:
        state.keep("played", played)
    state.keep("played_said", (said, state.visit()))


def take_phrase(played: Piece | None, said: str) -> None:
    """Let what was played without a metronome be answered; what could not be used leaves the last take as it was."""
    state.keep("played_said", (said, state.visit()))
    if played:
        state.keep("played", played)
        ask_answer()


def write(
    prompt: Piece | None,
    n_steps: int,
    model: str,
    sampling: Sampling,
    seed: int,
    n: int,
    guard: bool,
    start: str,
    answer: bool = False,
) -> None:
    """Let the network write, or answer, its notes in sight as they come, and keep what it wrote."""
    # Any click ends this run, and with it the work, at the next stretch of steps.
    st.button(words.CONTINUE_STOP, icon=":material/stop:", key="continue-stop")
    bar = st.progress(0.0, text=words.CONTINUING.format(done=0, total=n_steps))
    picture = st.empty()
    redrawn: list[Redraw] = []

    def progress(done: int, total: int) -> None:
        bar.progress(min(done / max(total, 1), 1.0), text=words.CONTINUING.format(done=done, total=total))

    def show(written: np.ndarray) -> None:
        svg = base64.b64encode(growing_svg(written, n_steps, palette()).encode()).decode()
        height = 4 + 5 * len(written)
        picture.html(f'<img alt="" style="width:100%;height:{height}rem" src="data:image/svg+xml;base64,{svg}">')

    made = cached_studio.studio().continue_piece(
        prompt, n_steps, model, sampling, seed, n, guard=guard, answer=answer,
        progress=progress, on_written=show, on_redraw=redrawn.append,
    )  # fmt: skip
    heard = made[0].n_steps - n_steps
    begin_sound(playing.heard(made[0], heard))  # while the page is made anew
    continued.keep(made, heard, start, state.current_piece(), state.visit())
    state.keep(REMARKS, tuple(_remark(redraw, made, heard) for redraw in redrawn if redraw.sound))
    state.keep(_NUMBER, state.kept(_NUMBER, 0) + 1)


def show_results(start: str, seed_key: str) -> None:
    """What was written last from such a beginning, each with ways to go on from it; a button draws another one."""
    found = continued.kept(start)
    if found is None:
        return
    made, heard, visit = found
    if heard:
        st.caption(words.CONTINUE_COLORS)
    for remark in state.kept(REMARKS, ()):
        st.caption(remark)
    is_part = bool(heard) and controls.choice("continue-view", words.VIEW, words.VIEWS.__getitem__) == "part"
    for number, piece in enumerate(made, start=1):
        if len(made) > 1:
            st.header(words.VARIATION.format(number=number), anchor=False)
        if not any(note.step >= heard for note in piece.notes):
            st.caption(words.CONTINUE_EMPTY)
        if heard and piece.made_by and dict(piece.made_by.settings).get("answer"):
            share = cached_studio.studio().motif_likeness(piece, heard)
            st.caption((words.TAKEN_UP if share >= FOUND else words.NOT_TAKEN_UP).format(share=share))
        # The first one plays by itself, right after the click that asked for it.
        key = f"continued-{state.kept(_NUMBER, 0)}-{number}"
        seam = heard * TICKS_PER_STEP
        shown = _only_new(piece, seam) if is_part else piece
        show_result(
            shown,
            key,
            made_from=0 if is_part else heard,
            begin=0 if is_part else _lead_in(piece, seam),
            whole=piece if is_part else None,
            autoplay=number == 1 and visit == state.visit(),
            ask_before_sec=ASK_BEFORE_SEC if number == 1 else ASK_BEFORE_SEC / len(made),
            actions=partial(_go_on, piece, key),
            next_steps=partial(controls.another_seed, seed_key, ask=partial(_ask_again, piece, heard))
            if number == len(made)
            else None,
        )


def _only_new(piece: Piece, seam: int) -> Piece:
    """What was written, by itself; how it was made says no more what it went on from."""
    making = piece.made_by
    return replace(piece.slice(seam, piece.n_ticks), made_by=making and Making(making.model, making.seed))


def _ask_again(piece: Piece, heard: int) -> None:
    """From the same beginning once more."""
    answered = bool(piece.made_by and dict(piece.made_by.settings).get("answer"))
    prompt = replace(piece.slice_steps(0, heard), title="", made_by=None) if heard else None
    ask(prompt, answer=answered)


def _lead_in(piece: Piece, seam: int) -> int:
    """Where it begins to play: not long before what was written."""
    if piece.seconds_at(seam) <= LEAD_IN_SEC:
        return 0
    lines = [line for line in piece.measure_onsets if line < seam]
    return lines[-min(LEAD_IN_MEASURES, len(lines))] if lines else 0


def show_takes(start: str) -> None:
    """All takes of the visit as a tree, each to be shown again."""
    takes: tuple[Take, ...] = state.kept(TAKES, ())
    if len(takes) < 2:
        return
    with st.expander(words.TAKES.format(n=len(takes)), icon=":material/account_tree:", key="takes"):
        st.caption(words.TAKES_HINT)
        names = _names(takes)
        for depth, take in _tree(takes)[-MAX_TREE:]:
            st.button(
                "\u2003" * depth + ("└ " if depth else "") + _name(take, names[take.id]),
                key=f"take-{take.id}",
                type="tertiary",
                on_click=_show_take,
                args=(take, start),
            )


def _go_on(piece: Piece, key: str) -> None:
    """Going on from a take: from its end, or anew from a measure."""
    if piece.n_steps >= MAX_STEPS or not piece.n_measures:
        return
    with st.popover(words.GO_ON, icon=":material/alt_route:", key=f"{key}-go-on"):
        st.button(words.GO_ON_END, icon=":material/last_page:", key=f"{key}-end", on_click=ask, args=(piece,))
        if piece.n_measures > 1:
            # In the middle, as a place where something is worth keeping on either side.
            before = 1 - piece.first_number  # how much less the numbers are than the places
            number = st.slider(
                words.GO_ON_FROM,
                2 - before,
                max(piece.n_measures, 3) - before,
                max(piece.n_measures // 2, 2) - before,
                key=f"{key}-bar",
                help=words.GO_ON_HELP,
            )
            onsets = piece.measure_onsets
            start = onsets[min(number + before, len(onsets)) - 1]
            st.button(
                words.GO_ON_BAR.format(measure=number),
                icon=":material/call_split:",
                key=f"{key}-branch",
                on_click=ask,
                args=(piece.slice(0, start),),
            )


def _show_take(take: Take, start: str) -> None:
    continued.keep((take.piece,), take.made_from, start, state.current_piece(), state.visit())
    state.keep(REMARKS, ())
    state.keep(_NUMBER, state.kept(_NUMBER, 0) + 1)


def _tree(takes: Sequence[Take]) -> list[tuple[int, Take]]:
    """Takes with their depth, each below the one that it goes on from."""
    listed: list[tuple[int, Take]] = []

    def add(parent: str | None, depth: int) -> None:
        for take in takes:
            if take.parent == parent:
                listed.append((depth, take))
                add(take.id, depth + 1)

    add(None, 0)
    return listed


def _names(takes: Sequence[Take]) -> dict[str, str]:
    """A word for each take, by its id: always the same for the same luck, and no two alike."""
    found: dict[str, str] = {}
    used: dict[str, int] = {}
    for take in takes:
        making = take.piece.made_by
        said = dict(making.settings) if making else {}
        which = [said.get(name, "0") for name in ("variation", "filling")]
        luck = (making.seed or 0 if making else 0) + sum(int(one) for one in which if one.isdecimal())
        word = words.TAKE_NAMES[luck % len(words.TAKE_NAMES)]
        used[word] = used.get(word, 0) + 1
        found[take.id] = word if used[word] == 1 else f"{word} {used[word]}"
    return found


def _name(take: Take, word: str) -> str:
    making = take.piece.made_by
    length = f"{texts.count(take.piece.n_measures, 'measure')}, {texts.clock(take.piece.duration_sec)}"
    name = words.TAKE.format(name=word, measures=length)
    if making and is_filling(take.piece):
        name = f"{fill_texts.FILLING_NUMBER.format(number=int(dict(making.settings)['filling']) + 1)}: {name}"
    if not take.bar:
        return name
    return words.TAKE_FROM.format(bar=take.bar - 1 + take.piece.first_number, take=name)


def _remark(redraw: "Redraw", made: Sequence[Piece], heard: int) -> str:
    """Which measures the guard had drawn again, and why."""
    piece = made[redraw.variation]
    onsets, before = piece.measure_steps, 1 - piece.first_number
    first, last = bisect_right(onsets, heard + redraw.start), bisect_left(onsets, heard + redraw.stop)
    measures = texts.MEASURES.format(first=first - before, last=last - before)
    fault = words.FAULTS[redraw.fault]
    if len(made) > 1:
        return words.REDRAWN_IN.format(number=redraw.variation + 1, measures=measures, fault=fault)
    return words.REDRAWN.format(measures=measures[0].upper() + measures[1:], fault=fault)
