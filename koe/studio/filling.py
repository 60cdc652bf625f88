"""The use cases of filling: gaps between measures, a second hand, harmony under a melody, a repaired reconstruction.

`Studio` has these methods. What is locked comes back exactly as it was.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import numpy as np

from koe.errors import InputError
from koe.models.sampling import check_seed
from koe.music.grid import N_KEYS, SEGMENT_STEPS
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.music.states import states_from_pianoroll
from koe.progress import Progress, ShouldStop
from koe.studio.base import StudioBase
from koe.studio.composed import filled, room_for_hand
from koe.studio.kept_notes import BOTH, HANDS, RIGHT, others_of, room_for, with_found
from koe.studio.work import heavy

if TYPE_CHECKING:
    from koe.generation.filling import Filler
    from koe.models.cards import ModelCard
    from koe.models.network_latent import StatesLatentModel
    from koe.models.sampling import Sampling


MAX_GAP_STEPS = 256
MAX_FILLINGS = 8
# A reconstruction's key is beyond doubt where its probability lies outside these.
SURELY_SILENT, SURELY_SOUNDING = 0.02, 0.6


@dataclass(frozen=True, kw_only=True)
class _Search:
    """How music is looked for, whatever model finds it.

    Raises
    ------
    InputError
        If the seed is none, or there are not 1 to 8 fillings.
    """

    title: str
    seed: int
    n_fillings: int
    sampling: "Sampling | None"
    progress: Progress | None
    should_stop: ShouldStop | None

    def __post_init__(self) -> None:
        check_seed(self.seed)
        if not 1 <= self.n_fillings <= MAX_FILLINGS:
            raise InputError(f"There can be 1 to {MAX_FILLINGS} fillings, not {self.n_fillings}.")


class Filling(StudioBase):
    """Finding what is missing; a part of `koe.studio.Studio`."""

    def fillers(self) -> tuple["ModelCard", ...]:
        """Cards of the models that can fill: those that compose first, then those that write in time."""
        from koe.models.cards import COMPOSITION, CONTINUATION

        able = [card for card in self.registry.cards() if card.hears_onsets]
        return tuple(sorted(able, key=lambda card: (card.kind != COMPOSITION, card.kind != CONTINUATION)))

    def writers(self) -> tuple["ModelCard", ...]:
        """Cards of the models that write in time and can be led."""
        from koe.models.cards import CONTINUATION

        return tuple(card for card in self.fillers() if card.kind == CONTINUATION)

    def writer(self, name: str | None = None) -> "Filler":
        """A model that writes in time and can be led, the first unless named.

        Raises
        ------
        InputError
            If there is none, or it is not that.
        """
        able = [card.name for card in self.writers()]
        if not able or (name or able[0]) not in able:
            raise InputError(f"{name or 'No model here'} cannot be led; there is {', '.join(able) or 'none that can'}.")
        return cast("Filler", self.registry.continuer(name or able[0]))

    @heavy("fill", long=True)
    def fill_gap(
        self,
        piece: Piece,
        first_measure: int,
        n_measures: int = 2,
        hand: str = BOTH,
        model: str | None = None,
        seed: int = 0,
        n_fillings: int = 4,
        sampling: "Sampling | None" = None,
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> tuple[Piece, ...]:
        """Let a model find new music for some measures, in place of what is there.

        Parameters
        ----------
        piece : Piece
        first_measure, n_measures : int
            The gap, counted from 1; up to 256 steps.
        hand : str
            ``"both"``; or ``"left"`` or ``"right"`` to keep the other one.
        model : str, optional
            One of `fillers`; the first unless given.
        seed : int
        n_fillings : int
            1 to 8.
        sampling : Sampling, optional
            For models that write in time.

        Returns
        -------
        pieces : tuple of Piece
            As long as ``piece``, and equal to it outside the gap.

        Raises
        ------
        InputError
            If there is no such measure, hand or model, or the gap is too long.
        """
        if hand not in HANDS:
            raise InputError(f"There is no hand {hand!r}; choose one of {', '.join(HANDS)}.")
        if not (first_measure >= 1 and n_measures >= 1 and first_measure + n_measures - 1 <= piece.n_measures):
            raise InputError(
                f"Measures {first_measure} to {first_measure + n_measures - 1} were asked for; "
                f"the piece has measures 1 to {piece.n_measures}."
            )
        piece, n_ticks = piece.on_whole_steps(), piece.n_ticks
        borders = [*piece.measure_steps[: piece.n_measures], piece.n_steps]
        start = min(borders[first_measure - 1], piece.n_steps - 1)
        stop = max(borders[first_measure - 1 + n_measures], start + 1)
        if stop - start > MAX_GAP_STEPS:
            raise InputError(
                f"A gap has at most {MAX_GAP_STEPS} sixteenths, but these measures have {stop - start}; take fewer."
            )
        lines = [*piece.measure_onsets, piece.n_ticks]
        first, last = lines[first_measure - 1], lines[first_measure - 1 + n_measures]
        is_room = np.ones((piece.n_steps, N_KEYS), dtype=bool) if hand == BOTH else room_for(piece, hand)
        locked = np.ones((piece.n_steps, N_KEYS), dtype=bool)
        locked[start:stop] = ~is_room[start:stop]
        others = others_of(piece, hand)
        there: list[Note] = []
        heard: list[Note] = []
        for note, is_other in zip(piece.notes, others, strict=True):
            inside = first <= note.onset < last
            goes = inside and not is_other and bool(is_room[min(note.step, stop - 1), note.key])
            if not goes:
                there.append(note)
                if not inside and start <= note.step < stop:
                    locked[note.step, note.key] = True  # written before the gap, and heard at its first step
            if not goes or note.step < stop:
                heard.append(note)
        search = _Search(
            title=f"{piece.title}, filled" if piece.title else "Filled",
            seed=seed,
            n_fillings=n_fillings,
            sampling=sampling,
            progress=progress,
            should_stop=should_stop,
        )
        composing = self._filling_composer(model)
        if composing:
            kept = replace(piece, notes=tuple(there), n_ticks=n_ticks)
            room = None if hand == BOTH else room_for_hand(piece, others, hand == RIGHT)
            return self._composed(composing, kept, (first, last), room, search)
        states = replace(piece, notes=tuple(heard)).states
        kept = replace(piece, notes=tuple(there), n_ticks=n_ticks)
        return self._found(kept, locked, states, piece.clock, model, search)

    @heavy("fill", long=True)
    def harmonise(
        self,
        melody: Piece,
        model: str | None = None,
        seed: int = 0,
        n_fillings: int = 4,
        sampling: "Sampling | None" = None,
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> tuple[Piece, ...]:
        """Let a model find the keys below a melody, which stays as it is.

        Parameters and errors are those of `fill_gap`; the melody has at most
        256 steps.
        """
        if not melody.notes:
            raise InputError("The melody is empty; play or choose one with notes.")
        if melody.n_steps > MAX_GAP_STEPS:
            raise InputError(
                f"A melody has at most {MAX_GAP_STEPS} sixteenths, but this one has {melody.n_steps}; take a part."
            )
        search = _Search(
            title=f"{melody.title}, harmonised" if melody.title else "Harmonised",
            seed=seed,
            n_fillings=n_fillings,
            sampling=sampling,
            progress=progress,
            should_stop=should_stop,
        )
        composing = self._filling_composer(model)
        if composing:
            from koe.generation.going_on import room_below, rows_of

            room = room_below(rows_of(melody), melody.n_ticks)
            return self._composed(composing, melody, (0, melody.n_ticks), room, search)
        melody, n_ticks = melody.on_whole_steps(), melody.n_ticks
        sounding = melody.pianoroll
        lowest = np.where(sounding.any(axis=1), sounding.argmax(axis=1), -1)
        # In a rest the last key stays the ceiling; before the first note, the first.
        known = np.flatnonzero(lowest >= 0)
        places = np.clip(np.searchsorted(known, np.arange(len(lowest)), side="right") - 1, 0, None)
        ceiling = lowest[known[places]]
        locked = np.arange(N_KEYS)[None, :] >= ceiling[:, None]
        kept = replace(melody, n_ticks=n_ticks)
        return self._found(kept, locked, melody.states, melody.clock, model, search)

    @heavy("fill", long=True)
    def repair(
        self,
        piece: Piece,
        probabilities: np.ndarray,
        model: str | None = None,
        seed: int = 0,
        n_fillings: int = 1,
        sampling: "Sampling | None" = None,
        *,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> tuple[Piece, ...]:
        """Let a model decide where a reconstruction is in doubt.

        Parameters
        ----------
        piece : Piece
            What the reconstruction is of: its tempo and metre are kept.
        probabilities : np.ndarray, shape=(steps, 88)
            What another model made of it, up to 256 steps. Keys below 0.02
            stay silent, from 0.6 on they sound.
        """
        probabilities = np.asarray(probabilities)[: piece.on_whole_steps().n_steps]
        if not 1 <= len(probabilities) <= MAX_GAP_STEPS:
            raise InputError(f"1 to {MAX_GAP_STEPS} sixteenths can be repaired, but {len(probabilities)} came.")
        sure = states_from_pianoroll(probabilities >= SURELY_SOUNDING)
        locked = (probabilities <= SURELY_SILENT) | (probabilities >= SURELY_SOUNDING)
        rough = piece.heard_as(sure, piece.title)
        search = _Search(
            title=f"{piece.title}, repaired" if piece.title else "Repaired",
            seed=seed,
            n_fillings=n_fillings,
            sampling=sampling,
            progress=progress,
            should_stop=should_stop,
        )
        return self._found(rough, locked, sure, rough.clock, model, search)

    def _found(
        self,
        piece: Piece,
        locked: np.ndarray,
        states: np.ndarray,
        clock: np.ndarray,
        model: str | None,
        search: _Search,
    ) -> tuple[Piece, ...]:
        """What is there of a piece, with what is not locked found: ``states`` and ``clock`` are what a model hears."""
        from koe.models.cards import COMPOSITION, LATENT

        able = [card for card in self.fillers() if card.kind != COMPOSITION]
        card = next((card for card in able if model in (None, card.name)), None)
        if card is None:
            names = ", ".join(card.name for card in able)
            advice = f"choose one of {names}" if names else "train and export lstm2 or ae3"
            raise InputError(f"{model or 'No model here'} cannot fill a gap; {advice}.")
        if card.kind == LATENT:
            found = self._searched(card, states, locked, search)
        else:
            from koe.generation.filling import fill

            found = fill(
                self.writer(card.name),
                states,
                locked,
                clock,
                search.seed,
                search.n_fillings,
                search.sampling,
                progress=search.progress,
                should_stop=search.should_stop,
            )
        return tuple(
            replace(with_found(piece, locked, one), title=search.title, warnings=()).by(
                card.name, search.seed, filling=number
            )
            for number, one in enumerate(found)
        )

    def _filling_composer(self, model: str | None) -> "ModelCard | None":
        """The card of the model that composes which is to fill, if it is one; the first filler unless one is named."""
        from koe.models.cards import COMPOSITION

        card = next((card for card in self.fillers() if model in (None, card.name)), None)
        return card if card and card.kind == COMPOSITION else None

    def _composed(
        self,
        card: "ModelCard",
        kept: Piece,
        part: tuple[int, int],
        room: np.ndarray | None,
        search: _Search,
    ) -> tuple[Piece, ...]:
        """What a model that composes finds for a part of a piece; all notes of ``kept`` stay as they are."""
        pieces = filled(
            self.registry.composer(card.name),
            kept,
            part,
            room=room,
            seed=search.seed,
            n_fillings=search.n_fillings,
            sampling=search.sampling,
            progress=search.progress,
            should_stop=search.should_stop,
        )
        return tuple(
            replace(piece, title=search.title).by(card.name, search.seed, filling=number)
            for number, piece in enumerate(pieces)
        )

    def _searched(
        self,
        card: "ModelCard",
        states: np.ndarray,
        locked: np.ndarray,
        search: _Search,
    ) -> np.ndarray:
        """By the latent vector that fits what is locked in the four measures around the gap."""
        from koe.generation.filling import put_together

        open_steps = np.flatnonzero(~locked.all(axis=1))
        start, stop = int(open_steps[0]), int(open_steps[-1]) + 1
        if stop - start > SEGMENT_STEPS:
            raise InputError(
                f"{card.title} fills up to {SEGMENT_STEPS} sixteenths, but {stop - start} are open; "
                "take fewer measures, or another model."
            )
        first = max(0, min((start + stop - SEGMENT_STEPS) // 2, len(states) - SEGMENT_STEPS))
        part = slice(first, first + SEGMENT_STEPS)
        segment = np.zeros((SEGMENT_STEPS, N_KEYS), np.uint8)
        known = np.zeros((SEGMENT_STEPS, N_KEYS), dtype=bool)
        n_steps = len(states[part])
        segment[:n_steps], known[:n_steps] = states[part], locked[part]
        model = cast("StatesLatentModel", self.registry.latent(card.name))
        latents = model.find(
            segment, known, search.seed, MAX_FILLINGS, progress=search.progress, should_stop=search.should_stop
        )[: search.n_fillings]
        found = np.repeat(states[None], search.n_fillings, axis=0)
        for one, decoded in zip(found, model.decode_states(latents, card.threshold), strict=True):
            whole = states.copy()
            whole[part] = decoded[:n_steps]
            one[:] = put_together(states, locked, whole)
        return found
