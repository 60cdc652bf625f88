"""Blending, in the users' words: what lies between two segments, between four, and how far it is from each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from koe.errors import InputError
from koe.models.latent import HARMONY, LINE, RESPECTS, interpolate, mix
from koe.models.sampling import check_seed
from koe.music.grid import DEFAULT_QPM, N_KEYS, SEGMENT_STEPS
from koe.music.piece import Piece, TimeSignature
from koe.progress import ShouldStop
from koe.studio.filling import Filling
from koe.studio.latent_space import LatentSpace, chained
from koe.studio.work import MOMENT_STEPS, heavy, light

if TYPE_CHECKING:
    from koe.models.network_latent import StatesLatentModel

MAX_PATH_SEGMENTS = 64
N_CORNERS = 4


@dataclass(frozen=True)
class Distances:
    """How far each point of a way is from both its ends.

    A distance is the share of notes' steps that two rolls do not have in
    common, 1 - F1: 0 where they are equal, 1 where no key sounds in both at
    the same time (Dice, "Measures of the amount of ecologic association
    between species", 1945).

    Attributes
    ----------
    weights : np.ndarray, shape=(n,)
        The second end's share.
    from_first, from_second : np.ndarray, shape=(n,)
        Of what a model decodes there.
    crossfade_from_first, crossfade_from_second : np.ndarray, shape=(n,)
        Of the plain cross-fade.
    """

    weights: np.ndarray
    from_first: np.ndarray
    from_second: np.ndarray
    crossfade_from_first: np.ndarray
    crossfade_from_second: np.ndarray


def _is_much(asked: Mapping[str, Any]) -> bool:
    n_segments = asked["n_segments"] if "n_segments" in asked else np.size(asked["weights"])
    return n_segments * SEGMENT_STEPS > MOMENT_STEPS


class Blending(LatentSpace, Filling):
    """The use cases of `koe.studio.Studio` that mix segments."""

    @light("blend")
    def blend(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        weights: float | Sequence[float] | np.ndarray,
        way: str = LINE,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mix two segments by walking between their latent vectors.

        Parameters
        ----------
        first, second : np.ndarray, shape=(64, 88)
        model : str
        weights : float, sequence of float or np.ndarray
            0 is the first segment's vector, 1 the second's.
        way : str
            See `koe.models.latent.interpolate`; or ``"harmony"``: to the first
            segment's rhythm with the second's harmony, or ``"rhythm"``: to the
            first one's harmony with the second's rhythm, see `cross`.

        Returns
        -------
        latents : np.ndarray, shape=(n, latent_dim)
        probabilities : np.ndarray, shape=(n, 64, 88)
            One for each weight (``n`` is 1 for a single weight).
        """
        latents = self._between(first, second, model, weights, way)
        return latents, self.registry.latent(model).decode(latents)

    def crosses(self, model: str) -> bool:
        """Whether a model can find one segment's rhythm with another's harmony: one that hears what is struck."""
        return self.registry.card(model).hears_onsets

    @heavy("blend")
    def cross(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        way: str = HARMONY,
        *,
        should_stop: ShouldStop | None = None,
    ) -> np.ndarray:
        """Search for the end of a way in one respect, which is then remembered.

        Parameters
        ----------
        first, second : np.ndarray, shape=(64, 88)
            States.
        model : str
        way : str
            ``"harmony"``: the first one's rhythm with the second's harmony;
            ``"rhythm"``: the other way round.
        should_stop : callable, optional
            Asked at every step of the search, which takes a second or two.

        Returns
        -------
        latents : np.ndarray, shape=(latent_dim,), dtype=float32

        Raises
        ------
        InputError
            If the model cannot, or there is no such way.
        Cancelled
            If ``should_stop`` said so.
        """
        if way not in RESPECTS:
            raise InputError(f"{way!r} is no respect in which pieces blend; choose one of {', '.join(RESPECTS)}.")
        if not self.crosses(model):
            raise InputError(
                f"{self.registry.card(model).title} cannot tell rhythm from harmony; choose another model."
            )
        pair = (first, second) if way == HARMONY else (second, first)
        return cast("StatesLatentModel", self.registry.latent(model)).cross(*pair, should_stop=should_stop)

    @light("blend")
    def blend_rolls(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        weights: Sequence[float] | np.ndarray,
        way: str = LINE,
        threshold: float | None = None,
    ) -> np.ndarray:
        """Rolls of what a model makes of points between two segments: bool, ``(n, 64, 88)``, each by itself."""
        return self._states_between(first, second, model, np.asarray(weights), way, threshold) > 0

    @light("blend")
    def blend_piece(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        weight: float,
        threshold: float | None = None,
        *,
        qpm: float = DEFAULT_QPM,
        title: str = "Between two pieces",
        time_signatures: tuple[TimeSignature, ...] = (),
        way: str = LINE,
    ) -> Piece:
        """Four measures from a point between two segments; ``weight`` is the second's share, 0 to 1."""
        latents = self._between(first, second, model, weight, way)
        shares = _shares(np.array([weight]))[0]
        piece = self.piece_from_latents(
            latents[0], model, threshold, qpm=qpm, title=title, time_signatures=time_signatures, shares=shares
        )
        assert piece.made_by is not None
        said = {"share of the second piece": f"{weight:.0%}", "way": way}
        return piece.by(model, None, {**said, **dict(piece.made_by.settings)})

    @light("blend")
    def blend_square(
        self,
        corners: Sequence[np.ndarray],
        model: str,
        x: float,
        y: float,
        threshold: float | None = None,
        *,
        qpm: float = DEFAULT_QPM,
        title: str = "Between four pieces",
        time_signatures: tuple[TimeSignature, ...] = (),
    ) -> Piece:
        """Four measures from a point of the square between four segments, see `koe.models.latent.mix`.

        Raises
        ------
        InputError
            If there are not four segments, or the point lies outside.
        """
        if len(corners) != N_CORNERS:
            raise InputError(f"A square has four corners, but {len(corners)} segments came.")
        if not (0 <= x <= 1 and 0 <= y <= 1):
            raise InputError(f"A point of the square has numbers from 0 to 1, not {x:g} and {y:g}.")
        latents = mix(self.registry.latent(model).encode(np.stack(list(corners))), x, y)
        shares = np.array([(1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y])
        piece = self.piece_from_latents(
            latents, model, threshold, qpm=qpm, title=title, time_signatures=time_signatures, shares=shares
        )
        assert piece.made_by is not None
        return piece.by(model, None, {"right": f"{x:.0%}", "down": f"{y:.0%}", **dict(piece.made_by.settings)})

    @heavy("blend")
    def morph(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        n_segments: int = 5,
        threshold: float | None = None,
        *,
        qpm: float = DEFAULT_QPM,
        title: str = "From one piece to another",
        way: str = LINE,
    ) -> Piece:
        """The way from one segment to the other as one piece of ``n_segments`` times four measures."""
        latents = self._between(first, second, model, _stops(n_segments), way)
        empty = Piece.from_states(np.zeros((len(latents) * SEGMENT_STEPS, N_KEYS), np.uint8), qpm)
        cut, shares = self._threshold(model, threshold), _shares(_stops(n_segments))
        states = chained(self.registry.latent(model), latents, cut, empty.clock, shares)
        return Piece.from_states(states, qpm, title).by(model, segments=n_segments, way=way)

    @heavy("blend", long=_is_much)
    def retell(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        weights: float | Sequence[float] | np.ndarray,
        seed: int = 0,
        *,
        writer: str | None = None,
        qpm: float = DEFAULT_QPM,
        title: str = "Between two pieces",
        time_signatures: tuple[TimeSignature, ...] = (),
        way: str = LINE,
        should_stop: ShouldStop | None = None,
    ) -> Piece:
        """What lies between two segments, written anew by a model that writes in time: `koe.generation.retelling`.

        Parameters
        ----------
        first, second : np.ndarray, shape=(64, 88)
        model : str
            Whose latent space lies between them.
        weights : float, sequence of float or np.ndarray
            Four measures for each, one after another, written in one go.
        seed : int
        writer : str, optional
            The first model that can unless given.
        should_stop : callable, optional
            Asked every four measures.

        Raises
        ------
        InputError
            If there is no such writer.
        Cancelled
            If ``should_stop`` said so.
        """
        from koe.generation.retelling import retell

        check_seed(seed)
        pen = self.writer(writer)
        latents = self._between(first, second, model, weights, way)
        empty = np.zeros((len(latents) * SEGMENT_STEPS, N_KEYS), np.uint8)
        clock = Piece.from_states(empty, qpm, time_signatures=time_signatures).clock
        states = retell(pen, self.registry.latent(model), latents[None], clock[None], seed, should_stop=should_stop)[0]
        piece = Piece.from_states(states, qpm, title, time_signatures=time_signatures)
        said = {"between": model, "way": way}
        if len(latents) == 1:
            said["share of the second piece"] = f"{float(np.atleast_1d(weights)[0]):.0%}"
        return piece.by(pen.name, seed, said)

    @heavy("blend", long=_is_much)
    def retell_path(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        n_segments: int = 5,
        seed: int = 0,
        *,
        writer: str | None = None,
        qpm: float = DEFAULT_QPM,
        title: str = "From one piece to another",
        way: str = LINE,
        should_stop: ShouldStop | None = None,
    ) -> Piece:
        """The way of `morph`, written anew as by `retell`."""
        return self.retell(
            first,
            second,
            model,
            _stops(n_segments),
            seed,
            writer=writer,
            qpm=qpm,
            title=title,
            way=way,
            should_stop=should_stop,
        )

    def crossfade(
        self,
        first: np.ndarray,
        second: np.ndarray,
        weights: float | Sequence[float] | np.ndarray,
        *,
        qpm: float = DEFAULT_QPM,
        title: str = "A cross-fade",
        time_signatures: tuple[TimeSignature, ...] = (),
        seed: int = 0,
    ) -> Piece:
        """The same without a network: notes of both segments, chosen by their weight and chance.

        Returns
        -------
        piece : Piece
            Four measures for each weight, one after another.
        """
        states = self._faded(first, second, np.atleast_1d(np.asarray(weights, dtype=float)), seed)
        return Piece.from_states(states.reshape(-1, N_KEYS), qpm, title, time_signatures=time_signatures)

    def distances(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        weights: Sequence[float] | np.ndarray,
        threshold: float | None = None,
        way: str = LINE,
        seed: int = 0,
    ) -> Distances:
        """How far the points of a way, and of the cross-fade, are from both ends."""
        decoded = self._states_between(first, second, model, np.asarray(weights), way, threshold) > 0
        faded = self._faded(first, second, np.asarray(weights, dtype=float), seed) > 0
        ends = first > 0, second > 0
        from_ends = [[_dice(rolls, end) for end in ends] for rolls in (decoded, faded)]
        return Distances(np.asarray(weights, dtype=float), *from_ends[0], *from_ends[1])

    def in_one_key(self, piece: Piece, reference: Piece) -> Piece:
        """A piece moved by at most six semitones so that it has the key signature of another."""
        from koe.scores.key import find_key

        fifths = find_key(reference.notes).fifths - find_key(piece.notes).fifths
        semitones = (7 * fifths + 5) % 12 - 5
        return piece.transposed(semitones) if semitones else piece

    def _between(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        weights: float | Sequence[float] | np.ndarray,
        way: str,
    ) -> np.ndarray:
        if way in RESPECTS:
            begin = self.registry.latent(model).encode(first[None])[0]
            end, way = self.cross(first, second, model, way), LINE
        else:
            begin, end = self.registry.latent(model).encode(np.stack([first, second]))
        return interpolate(begin, end, np.atleast_1d(np.asarray(weights, dtype=np.float32)), way)

    def _states_between(
        self,
        first: np.ndarray,
        second: np.ndarray,
        model: str,
        weights: np.ndarray,
        way: str,
        threshold: float | None,
    ) -> np.ndarray:
        """States of what a model makes of points between two segments, each by itself: ``(n, 64, 88)``."""
        from koe.generation.between import states_between

        latents = self._between(first, second, model, weights, way)
        return states_between(self.registry.latent(model), latents, _shares(weights), self._threshold(model, threshold))

    def _faded(self, first: np.ndarray, second: np.ndarray, weights: np.ndarray, seed: int) -> np.ndarray:
        from koe.generation.crossfade import crossfade

        check_seed(seed)
        # Luck of its own for each weight, so that a point sounds alike wherever else one stops.
        return np.stack(
            [
                crossfade(first, second, float(weight), np.random.default_rng((seed, round(float(weight) * 1000))))
                for weight in weights
            ]
        )


def _shares(weights: np.ndarray) -> np.ndarray:
    """Both ends' shares: ``(n,)`` to ``(n, 2)``."""
    return np.stack([1 - weights, weights], axis=-1)


def _stops(n_segments: int) -> np.ndarray:
    if not 2 <= n_segments <= MAX_PATH_SEGMENTS:
        raise InputError(f"A path has 2 to {MAX_PATH_SEGMENTS} steps, not {n_segments}.")
    return np.linspace(0.0, 1.0, n_segments)


def _dice(rolls: np.ndarray, end: np.ndarray) -> np.ndarray:
    both = (rolls & end).sum(axis=(1, 2))
    ones = rolls.sum(axis=(1, 2)) + end.sum()
    return np.where(ones > 0, 1 - 2 * both / np.maximum(ones, 1), 0.0)
