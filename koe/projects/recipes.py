"""How a piece was made, exactly enough to make it again.

A recipe holds numbers and names, never music of its own except what a network
heard first. `recipe_of` reads it from the note that every made piece carries
(`koe.music.making.Making`); `remake` asks the studio for the same use case
again. Limits are those of the pages' controls, so that a recipe from outside
asks for no more work than a visitor can.
"""

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError, LinkError, ModelError
from koe.generation.wishes import WISHED, Wishes
from koe.models.latent import LINE
from koe.models.sampling import Sampling
from koe.music.grid import FASTEST_QPM, MIN_QPM
from koe.music.making import Making
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature

if TYPE_CHECKING:
    from koe.studio import Progress, Studio

MAX_STEPS_WRITTEN = 1024
MAX_VARIATIONS = 8
MAX_PATH_SEGMENTS = 16
MAX_SHIFT = 6  # semitones
COMPOSED = "composed at one press"  # as koe.studio.composing says it


@dataclass(frozen=True)
class Frame:
    """What every piece has, however it was made.

    Attributes
    ----------
    title : str
    tempos : tuple of Tempo
    time_signatures : tuple of TimeSignature
    made_from : int or None
        Step from which on a network wrote it; None if a person wrote it all.
    upbeat : int
        In ticks.
    keys : tuple of KeySignature
    pedal : tuple of Pedal
    beats_estimated : bool
        See `koe.music.piece.Piece`.
    """

    title: str
    tempos: tuple[Tempo, ...]
    time_signatures: tuple[TimeSignature, ...]
    made_from: int | None = None
    upbeat: int = 0
    keys: tuple[KeySignature, ...] = ()
    pedal: tuple[Pedal, ...] = ()
    beats_estimated: bool = False

    @classmethod
    def of(cls, piece: Piece, made_from: int | None = None) -> "Frame":
        """What a piece has."""
        return cls(
            piece.title,
            tuple(Tempo(tempo.onset, min(max(float(tempo.qpm), MIN_QPM), FASTEST_QPM)) for tempo in piece.tempos),
            piece.time_signatures,
            made_from,
            piece.upbeat,
            piece.keys,
            piece.pedal,
            piece.beats_estimated,
        )

    @property
    def qpm(self) -> float:
        """Quarter notes a minute at the beginning."""
        return self.tempos[0].qpm

    def around(self, piece: Piece) -> Piece:
        """A piece with all of this in place of its own."""
        return replace(
            piece,
            title=self.title,
            tempos=self.tempos,
            time_signatures=self.time_signatures,
            upbeat=self.upbeat,
            keys=self.keys,
            pedal=self.pedal,
            beats_estimated=self.beats_estimated,
        )


@dataclass(frozen=True)
class FromLatents:
    """Four measures from one latent vector; ``latents`` are numbers of 32 bits."""

    model: str
    latents: tuple[float, ...]
    threshold: float


@dataclass(frozen=True)
class End:
    """Where a way begins or ends: a segment of a piece that ships with Koe, by its first measure.

    The piece is moved by ``shift`` semitones first.
    """

    slug: str
    measure: int = 1
    shift: int = 0


@dataclass(frozen=True)
class Blended:
    """A point between two segments.

    ``weight`` is the second's share, 0 to 1, and ``way`` one of `koe.models.latent.BLEND_WAYS`.
    """

    model: str
    first: End
    second: End
    weight: float
    threshold: float
    way: str = LINE


@dataclass(frozen=True)
class Path:
    """The way from one segment to the other in ``n_segments`` times four measures."""

    model: str
    first: End
    second: End
    n_segments: int
    threshold: float
    way: str = LINE


@dataclass(frozen=True)
class Composed:
    """A new piece at one press."""

    model: str
    seed: int


@dataclass(frozen=True)
class Continued:
    """What a network wrote after it had heard something.

    Attributes
    ----------
    model : str
    prompt : Piece or None
        A chord, a phrase, a piece; tempo and metre are the frame's.
    sampling : Sampling
    seed, n_steps : int
    n_variations, variation : int
        Which of how many, from 1. How many does not change the music, but
        computing as many at once gives the same last digit.
    guard : bool
    heard_metres : tuple of TimeSignature
        Where they are not the frame's: Koe once gave networks an upbeat as a
        measure of its own, and a link of then is made as it was.
    answer : bool
        Whether it answers what it heard.
    """

    model: str
    prompt: Piece | None
    sampling: Sampling
    seed: int
    n_steps: int
    n_variations: int = 1
    variation: int = 1
    guard: bool = True
    heard_metres: tuple[TimeSignature, ...] = ()
    answer: bool = False


@dataclass(frozen=True)
class Wished:
    """A whole piece as somebody wished it."""

    model: str
    seed: int
    wishes: Wishes


@dataclass(frozen=True)
class Given:
    """The notes themselves, by whomever; ``making`` says what is known of that."""

    making: Making | None = None

    @property
    def model(self) -> str:
        """No network is needed."""
        return ""


Recipe = FromLatents | Blended | Path | Composed | Continued | Wished | Given


def recipe_of(piece: Piece) -> Recipe:
    """How a piece says that it was made; `Given` where it does not, or not completely."""
    making = piece.made_by
    if making is None:
        return Given()
    said = dict(making.settings)
    try:
        if "latents" in said:
            numbers = tuple(float(word) for word in said["latents"].split(","))
            return FromLatents(making.model, numbers, float(said["threshold"]))
        if said.get("way") == COMPOSED and making.seed is not None:
            return Composed(making.model, making.seed)
        if said.get("way") == WISHED and making.seed is not None:
            return Wished(making.model, making.seed, Wishes.from_settings(said))
        if {"steps", "variation", "guard"} <= set(said) and making.seed is not None:
            return _continued(piece, making, said)
    except (KeyError, ValueError, InputError):
        pass
    return Given(making)


def _continued(piece: Piece, making: Making, said: dict[str, str]) -> Continued:
    n_steps = int(said["steps"])
    heard = piece.n_steps - n_steps
    if heard < 0:
        raise ValueError("the piece is shorter than what was written")
    settings = {field.name: said[field.name.replace("_", " ")] for field in fields(Sampling)}
    sampling = Sampling(settings.pop("way"), **{name: float(value) for name, value in settings.items()})
    prompt = replace(piece.slice_steps(0, heard), title="", made_by=None) if heard else None
    assert making.seed is not None
    return Continued(
        making.model,
        prompt,
        sampling,
        making.seed,
        n_steps,
        int(said.get("variations", said["variation"])),
        int(said["variation"]),
        said["guard"] == "True",
        answer=said.get("answer") == "True",
    )


def check(recipe: Recipe) -> None:
    """Refuse what asks for more than a page's controls do.

    Raises
    ------
    LinkError
    """
    if isinstance(recipe, Continued):
        within = (
            1 <= recipe.n_steps <= MAX_STEPS_WRITTEN and 1 <= recipe.variation <= recipe.n_variations <= MAX_VARIATIONS
        )
        if not within:
            raise LinkError(
                f"It asks for {recipe.n_steps} sixteenths in {recipe.n_variations} variations; "
                f"at most {MAX_STEPS_WRITTEN} in {MAX_VARIATIONS} are made for a link."
            )
    elif isinstance(recipe, Path) and not 2 <= recipe.n_segments <= MAX_PATH_SEGMENTS:
        raise LinkError(f"It asks for a path of {recipe.n_segments} segments; for a link there are 2 to 16.")


def remake(recipe: Recipe, frame: Frame, studio: "Studio", progress: "Progress | None" = None) -> Piece:
    """Make the music anew, under the title and in the tempo and metre of ``frame``.

    Raises
    ------
    KoeError
        If the model or a piece is not there, or a number is out of range.
    """
    check(recipe)
    return frame.around(_made(recipe, frame, studio, progress))


def _made(recipe: Recipe, frame: Frame, studio: "Studio", progress: "Progress | None") -> Piece:
    if isinstance(recipe, FromLatents):
        card = studio.registry.card(recipe.model)
        if card.latent_dim != len(recipe.latents):
            raise ModelError(
                f"The link has {len(recipe.latents)} numbers for {card.title}, which takes {card.latent_dim} here."
            )
        return studio.piece_from_latents(
            np.array(recipe.latents, dtype=np.float32),
            recipe.model,
            recipe.threshold,
            qpm=frame.qpm,
            title=frame.title,
            time_signatures=frame.time_signatures,
        )
    if isinstance(recipe, Blended):
        ends = _ends(recipe, studio)
        return studio.blend_piece(
            *ends,
            recipe.model,
            recipe.weight,
            recipe.threshold,
            qpm=frame.qpm,
            title=frame.title,
            time_signatures=frame.time_signatures,
            way=recipe.way,
        )
    if isinstance(recipe, Path):
        ends = _ends(recipe, studio)
        return studio.morph(
            *ends,
            recipe.model,
            recipe.n_segments,
            recipe.threshold,
            qpm=frame.qpm,
            title=frame.title,
            way=recipe.way,
        )
    if isinstance(recipe, Composed):
        studio.registry.continuer(recipe.model)  # or nothing: another model would not do
        return studio.compose(recipe.seed, recipe.model)
    if isinstance(recipe, Wished):
        return studio.compose_piece(recipe.wishes, recipe.seed, recipe.model, progress=progress)
    if isinstance(recipe, Continued):
        prompt = frame.around(recipe.prompt) if recipe.prompt is not None else None
        if prompt is not None and recipe.heard_metres:
            prompt = replace(prompt, time_signatures=recipe.heard_metres, upbeat=0)
        pieces = studio.continue_piece(
            prompt,
            recipe.n_steps,
            recipe.model,
            recipe.sampling,
            recipe.seed,
            recipe.n_variations,
            guard=recipe.guard,
            answer=recipe.answer,
            progress=progress,
        )
        return pieces[recipe.variation - 1]
    raise LinkError("The link holds no way to make its music anew.")


def _ends(recipe: Blended | Path, studio: "Studio") -> tuple[np.ndarray, np.ndarray]:
    return _segment(recipe.first, studio), _segment(recipe.second, studio)


def _segment(end: End, studio: "Studio") -> np.ndarray:
    piece = studio.demo_piece(end.slug)
    return studio.segment(piece.transposed(end.shift) if end.shift else piece, end.measure)


def end_in(piece: Piece, measure: int, studio: "Studio") -> End | None:
    """A segment as a place in a piece that ships with Koe, perhaps in another key; None if it is of no such piece."""
    for entry in studio.demo_pieces():
        if entry.title != piece.title:
            continue
        known = studio.demo_piece(entry.slug)
        for shift in sorted(range(-MAX_SHIFT, MAX_SHIFT + 1), key=abs):
            if piece == (known.transposed(shift) if shift else known):
                return End(entry.slug, measure, shift)
    return None


def making_of(recipe: Recipe) -> Making | None:
    """What is known of who made a piece of this recipe, where its notes came along."""
    if isinstance(recipe, Given):
        return recipe.making
    return Making(recipe.model, getattr(recipe, "seed", None))
