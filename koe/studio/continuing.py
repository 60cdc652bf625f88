"""Continuing, in the users' words: what a network writes after a piece, a chord, or what somebody played.

`Studio` has these methods.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.errors import InputError, ModelError
from koe.models.sampling import TOSS, Sampling, check_seed
from koe.music.grid import (
    DEFAULT_QPM,
    HIGHEST_PITCH,
    LOWEST_PITCH,
    MAX_QPM,
    MAX_STEPS,
    MIN_QPM,
    N_KEYS,
    PULSES_PER_QUARTER,
    PULSES_PER_TICK,
)
from koe.music.piece import Pedal, Piece, Tempo
from koe.progress import Progress, ShouldStop
from koe.studio.base import StudioBase
from koe.studio.work import MOMENT_STEPS, heavy

if TYPE_CHECKING:
    from koe.generation.continuation import Redraw
    from koe.models.cards import ModelCard
    from koe.music.played import Press


MAX_CONTINUATION_STEPS = 2048
MAX_VARIATIONS = 16
PROMPT_STEPS = 512  # how much of a piece a model hears before it goes on
QUICK_STEPS = 2048  # of all variations: NumPy writes them sooner than TensorFlow is imported
PULSE_MEASURES = 4  # the last ones of a performance, whose average tempo goes on


def _is_far(asked: Mapping[str, Any]) -> bool:
    return asked["n_steps"] * asked["n_variations"] > MOMENT_STEPS


class Continuing(StudioBase):
    """Writing on; a part of `koe.studio.Studio`."""

    def continuation_models(self) -> tuple["ModelCard", ...]:
        """Cards of the models that continue a piece: those that compose whole ones first."""
        able = [card for card in self.registry.cards() if card.kind in ("composition", "continuation")]
        return tuple(sorted(able, key=lambda card: card.kind != "composition"))

    def continuation_model(self) -> "ModelCard":
        """The card of the one that continues where none is named.

        Raises
        ------
        ModelError
            If there is none.
        """
        cards = self.continuation_models()
        if not cards:
            raise ModelError("No model here can continue a piece; train and export tr1, lstm2 or lstm1.")
        return cards[0]

    def step_model(self) -> "ModelCard":
        """The card of the first that continues step by step.

        Raises
        ------
        ModelError
            If there is none.
        """
        for card in self.continuation_models():
            if card.kind == "continuation":
                return card
        raise ModelError("No model here continues a piece step by step; train and export lstm1 or lstm2.")

    @heavy("continue", long=_is_far)
    def continue_piece(
        self,
        prompt: Piece | None,
        n_steps: int = 256,
        model: str | None = None,
        sampling: Sampling | None = None,
        seed: int = 0,
        n_variations: int = 1,
        *,
        include_prompt: bool = True,
        guard: bool = True,
        answer: bool = False,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
        on_written: Callable[[np.ndarray], None] | None = None,
        on_redraw: "Callable[[Redraw], None] | None" = None,
    ) -> tuple[Piece, ...]:
        """Let a network go on from where a piece ends.

        Parameters
        ----------
        prompt : Piece or None
            What it hears first (its last 512 steps; one that composes hears
            some 1200 notes); None starts from silence.
            What is written begins at its end, or at the next whole sixteenth.
        n_steps : int
            Sixteenths to write, 1 to 2048. A model that composes comes to an
            end within them; what is left is silent.
        model : str, optional
            The first of `continuation_models` unless one is named that can
            draw as ``sampling`` says.
        sampling : Sampling, optional
            By coin toss at temperature 1 unless given.
        seed : int
            Same inputs and seed, same notes. Variation ``k`` draws from its
            own stream of ``(seed, k)``.
        n_variations : int
            1 to 16, made at once.
        include_prompt : bool
            Whether the result begins with the prompt, which then is in it note
            for note, in its own time. Its last tempo goes on (of a
            performance, the average of its last measures), and its pedal is
            let go.
        guard : bool
            Whether four measures in which the coin led into silence, a stuck
            note or a burst are drawn again.
        answer : bool
            Whether it answers what was played: the last measures of the
            prompt, up to four, come back varied in the first ones that are
            written, each variation in its own way; see
            `koe.generation.answering`. Only models that compose can.
        progress, should_stop : callable, optional
            Called between stretches of steps; a stop raises `Cancelled`.
        on_written, on_redraw : callable, optional
            See `koe.generation.continuation.continue_pianoroll`.

        Returns
        -------
        pieces : tuple of Piece
        """
        from koe.generation.continuation import continue_pianoroll
        from koe.models.interfaces import Unsure

        if not 1 <= n_steps <= MAX_CONTINUATION_STEPS:
            raise InputError(f"A continuation has 1 to {MAX_CONTINUATION_STEPS} steps, not {n_steps}.")
        sampling = sampling or Sampling()
        if model is None:
            by_steps = sampling.way != TOSS or sampling.density or sampling.holding
            model = (self.step_model() if by_steps else self.continuation_model()).name
        check_seed(seed)
        if not 1 <= n_variations <= MAX_VARIATIONS:
            raise InputError(f"There can be 1 to {MAX_VARIATIONS} variations, not {n_variations}.")
        prompt = prompt.on_whole_steps() if prompt is not None else None
        settings = (
            *asdict(sampling).items(),
            *(("guard", guard), ("steps", n_steps), ("variations", n_variations)),
            *((("answer", True),) if answer else ()),
        )
        if answer:
            self._check_answer(prompt, model)
        if self.registry.card(model).kind == "composition":
            from koe.studio.composed import tails

            written_on = tails(
                self.registry.composer(model),
                prompt,
                n_steps,
                seed=seed,
                n_variations=n_variations,
                sampling=sampling,
                guard=guard,
                answer=answer,
                progress=progress,
                should_stop=should_stop,
                on_written=on_written,
            )
            return tuple(
                _followed(prompt if include_prompt else None, prompt, tail, model).by(
                    model, seed, dict(settings) | {"variation": number}
                )
                for number, tail in enumerate(written_on, start=1)
            )
        heard = prompt.states if prompt is not None else np.zeros((0, N_KEYS), dtype=np.uint8)
        write = partial(
            continue_pianoroll,
            prompt=heard[-PROMPT_STEPS:],
            n_steps=n_steps,
            sampling=sampling,
            seed=seed,
            n_variations=n_variations,
            clock=prompt.clock[-PROMPT_STEPS:] if prompt is not None else None,
            guard=guard,
            should_stop=should_stop,
        )
        watched = progress or on_written or on_redraw
        quick = None
        if not watched and n_steps * n_variations <= QUICK_STEPS:
            quick = self.registry.quick_continuer(model)
        written = None
        if quick:
            with suppress(Unsure):
                written = write(quick)
        if written is None:
            written = write(
                self.registry.continuer(model), progress=progress, on_written=on_written, on_redraw=on_redraw
            )
        pieces = (_joined(prompt if include_prompt else None, prompt, one, model) for one in written)
        return tuple(
            piece.by(model, seed, dict(settings) | {"variation": number})
            for number, piece in enumerate(pieces, start=1)
        )

    def answering_model(self) -> "ModelCard | None":
        """The card of the first that answers what was played; None if there is none."""
        return next((card for card in self.continuation_models() if card.kind == "composition"), None)

    def _check_answer(self, prompt: Piece | None, model: str) -> None:
        if prompt is None or not prompt.notes:
            raise InputError("There is nothing to answer; play something first.")
        if self.registry.card(model).kind != "composition":
            raise InputError(f"{model.upper()} goes on from what was played, but cannot answer it; TR1 can.")

    def motif_likeness(self, piece: Piece, heard: int) -> float:
        """How much of the motif that was played comes back in the first four measures after it, 0 to 1.

        Parameters
        ----------
        piece : Piece
            What was played, and its answer.
        heard : int
            Step at which the answer begins.
        """
        from koe.evaluation.motif import answer_in

        found = answer_in(piece, heard)
        return 0.0 if found is None else found.likeness

    def chord(self, pitches: Sequence[int], n_steps: int = 4, qpm: float = DEFAULT_QPM) -> Piece:
        """A chord held for ``n_steps``, 1 to `MAX_STEPS`, to start a continuation from.

        Raises
        ------
        InputError
            If a pitch is none of the piano's, 21 to 108, or the length is out of bounds.
        """
        if not 1 <= n_steps <= MAX_STEPS:
            raise InputError(f"A chord is held for 1 to {MAX_STEPS} steps, not {n_steps}.")
        outside = [pitch for pitch in pitches if not (pitch == int(pitch) and LOWEST_PITCH <= pitch <= HIGHEST_PITCH)]
        if outside:
            raise InputError(
                f"A piano has the pitches {LOWEST_PITCH} to {HIGHEST_PITCH}, but {outside[0]} came; choose among them."
            )
        roll = np.zeros((n_steps, N_KEYS), dtype=bool)
        roll[:, [int(pitch) - LOWEST_PITCH for pitch in pitches]] = True
        return Piece.from_pianoroll(roll, qpm, "A chord")

    def played(self, presses: "Sequence[Press]", qpm: float, n_measures: int = 4, title: str = "") -> Piece:
        """Make a piece of what somebody played to a metronome; see `koe.music.played`.

        Parameters
        ----------
        presses : sequence of Press
            Keys and the seconds of their downs and ups, from the first beat of the first measure on.
        qpm : float
        n_measures : int
            Of 4/4; those at either end in which nothing was played are left out.
        title : str

        Raises
        ------
        InputError
            If no key was pressed, or tempo, length or number of notes are beyond what Koe plays.
        """
        from koe.music.played import piece_from_presses

        return piece_from_presses(presses, qpm, n_measures, title)

    def played_freely(self, presses: "Sequence[Press]", title: str = "") -> Piece:
        """Make a piece of what somebody played without a metronome; see `koe.music.played`.

        Parameters
        ----------
        presses : sequence of Press
            Keys and the seconds of their downs and ups, from any moment on.
        title : str

        Raises
        ------
        InputError
            If no key was pressed, or more than a person can.
        """
        from koe.music.played import piece_from_free_presses

        return piece_from_free_presses(presses, title)


def _joined(shown: Piece | None, heard: Piece | None, written: np.ndarray, model: str) -> Piece:
    """Append what a model wrote, a roll or states, to the piece that it goes on from."""
    make = Piece.from_states if written.dtype == np.uint8 else Piece.from_pianoroll
    return _followed(shown, heard, make(written), model)


def _followed(shown: Piece | None, heard: Piece | None, tail: Piece, model: str) -> Piece:
    """The piece that a model went on from with what it wrote behind it, in the tempo that goes on."""
    title = f"{heard.title}, continued by {model.upper()}" if heard and heard.title else f"By {model.upper()}"
    tail = replace(tail, tempos=(Tempo(0, qpm_of_what_follows(heard) if heard else DEFAULT_QPM),), title=title)
    if shown is None:
        return tail
    seam = shown.n_ticks * PULSES_PER_TICK
    tempos = tuple(tempo for tempo in shown.tempos if tempo.onset < seam) or shown.tempos[:1]
    if tempos[-1].qpm != tail.qpm:
        tempos = (*tempos, Tempo(seam, tail.qpm))
    pedal = tuple(one for one in shown.pedal if one.onset < seam)
    if pedal and pedal[-1].value:
        pedal = (*pedal, Pedal(seam, 0))
    return replace(shown.followed_by(tail), title=title, tempos=tempos, pedal=pedal)


def qpm_of_what_follows(piece: Piece) -> float:
    """The tempo in which a piece goes on: its last one, or where that is a moment's of a performance, an average."""
    end = piece.n_ticks * PULSES_PER_TICK
    last = [piece.tempos[0], *(tempo for tempo in piece.tempos if tempo.onset < end)][-1]
    if len(piece.tempos) == 1 or not (piece.beats_estimated or last.qpm > MAX_QPM):
        return last.qpm
    start = ([0, *piece.measure_onsets][-PULSE_MEASURES:])[0]
    seconds = piece.duration_sec - piece.seconds_at(start)
    if seconds <= 0:
        return min(last.qpm, MAX_QPM)
    quarters = (piece.n_ticks - start) * PULSES_PER_TICK / PULSES_PER_QUARTER
    return min(max(round(quarters * 60 / seconds, 1), MIN_QPM), MAX_QPM)
