"""Koe from Python: what ``import koe`` offers, over the same use cases as the pages and the command line.

A `Piece` goes in and a `Piece` comes out. The same piece, model and seed give
the same music, on the same machine. Whatever is refused raises a `KoeError`
with one sentence.
"""

import base64
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from koe.errors import InputError, KoeError
from koe.music.notes import chord_from_names
from koe.music.piece import Piece
from koe.studio import Studio
from koe.writing import write_bytes

if TYPE_CHECKING:
    from koe.audio import Audio
    from koe.originality.verdict import Originality

__all__ = [
    "KoeError",
    "Piece",
    "blend",
    "chord",
    "compose",
    "continue_piece",
    "decode",
    "demo",
    "demos",
    "encode",
    "list_models",
    "listen",
    "morph",
    "originality_of",
    "perform",
    "read",
    "reconstruct",
    "render",
    "retell",
    "sample",
    "save",
    "show",
    "transcribe",
]


@cache
def _studio() -> Studio:
    return Studio()


# -- pieces -------------------------------------------------------------------


def read(path: str | Path) -> Piece:
    """Read a MIDI file, a score (MusicXML, Humdrum, ABC, MEI), or a ``.txt`` file in the paper's text format.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    piece : Piece
        ``piece.notes`` are its notes on 24 ticks a quarter, with tempo, metre,
        keys and pedal beside them; ``piece.pianoroll`` is its view in
        sixteenths, bool, ``(steps, 88)``; ``piece.warnings`` says what was not
        as expected.

    Raises
    ------
    InputError
        If there is no such file, or it is no music that can be read.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"There is no file {path}.")
    return _studio().open_file(path)


def transcribe(path: str | Path, kind: str = "piano") -> Piece:
    """Make a piece of a recording, where ``requirements-sound.txt`` is installed.

    Parameters
    ----------
    path : str or Path
        A sound file: WAV, MP3, OGG, FLAC; M4A and WebM where ffmpeg is
        installed. Its first minute is heard.
    kind : str
        ``"piano"``, or ``"voice"`` for a tune that somebody hums.

    Returns
    -------
    piece : Piece
        On beats found in the playing; a voice in sixteenths.

    Raises
    ------
    KoeError
        If there is no such file, nothing is heard in it, or the network that
        hears is not installed.
    """
    return _studio().transcribe_file(Path(path), kind)


def demos() -> dict[str, str]:
    """The pieces that ship with Koe: composer and title, by the name that `demo` takes."""
    return {entry.slug: entry.label for entry in _studio().demo_pieces()}


def demo(name: str) -> Piece:
    """One of the pieces that ship with Koe, such as ``"satie-gymnopedie-1"``.

    Raises
    ------
    InputError
        If there is no piece of this name.
    """
    return _studio().demo_piece(name)


def chord(names: str, n_steps: int = 4) -> Piece:
    """A chord such as ``"C4 E4 G4"``, held for so many sixteenths, for a network to go on from.

    Raises
    ------
    InputError
        If a name is none, or lies outside the piano.
    """
    return _studio().chord(chord_from_names(names), n_steps)


def save(piece: Piece, path: str | Path) -> Path:
    """Write a piece in the format that the file's name ends in.

    Parameters
    ----------
    piece : Piece
    path : str or Path
        ``.mid``, ``.mp3``, ``.ogg``, ``.wav``, ``.musicxml``, ``.pdf`` and
        ``.svg`` (the score), ``.png`` (the pianoroll), ``.txt`` (the paper's
        text format, in sixteenths), or ``.zip`` for all of them.

    Returns
    -------
    path : Path
        The file that was written.

    Raises
    ------
    InputError
        If the name ends in something else, or no file can be written there.
    """
    path, studio = Path(path), _studio()
    makers = {
        ".mid": lambda: studio.midi(piece),
        ".midi": lambda: studio.midi(piece),
        ".mp3": lambda: studio.render(piece, "mp3").data,
        ".ogg": lambda: studio.render(piece, "ogg").data,
        ".wav": lambda: studio.render(piece, "wav").data,
        ".musicxml": lambda: studio.musicxml(piece).encode(),
        ".pdf": lambda: studio.score_pdf(piece),
        ".svg": lambda: studio.score_sheet(piece).encode(),
        ".png": lambda: studio.pianoroll_png(piece),
        ".txt": lambda: studio.text(piece).encode(),
        ".zip": lambda: studio.bundle(piece),
    }
    make = makers.get(path.suffix.lower())
    if make is None:
        raise InputError(f"{path.name!r} names no format that Koe writes; let it end in {', '.join(makers)}.")
    if path.suffix.lower() == ".pdf" and (lacking := studio.what_pdf_lacks(piece.title)):
        warnings.warn(lacking, stacklevel=2)
    return write_bytes(path, make)


def render(piece: Piece, format: str = "mp3") -> "Audio":
    """The sound of a piece: ``"mp3"``, ``"ogg"`` or ``"wav"``, its bytes under ``data``.

    Raises
    ------
    AudioError
        If the piece is too long to be played.
    """
    return _studio().render(piece, format)


# -- networks -----------------------------------------------------------------


def list_models() -> dict[str, str]:
    """What the networks here do, by the name that the other functions take as ``model``."""
    return {card.name: f"{card.title}: {card.description}" for card in _studio().models()}


def perform(piece: Piece, seed: int = 0, amount: float = 1.0) -> Piece:
    """Play a score as a pianist would: loud and soft, giving way and hurrying, with pedal.

    Parameters
    ----------
    piece : Piece
    seed : int
        The same seed gives the same reading.
    amount : float
        0 as written, 1 as the network learned it, up to 2 for more.

    Returns
    -------
    piece : Piece
        The same notes in the score; they sound as they are played.

    Raises
    ------
    InputError
        If the amount lies outside 0 to 2.
    """
    return _studio().perform(piece, seed, amount)


def reconstruct(piece: Piece, model: str = "ae1", measure: int | None = None) -> Piece:
    """Send a piece through an autoencoder and back.

    Parameters
    ----------
    piece : Piece
    model : str
        One with a latent space.
    measure : int, optional
        Only the four measures from this one on, from 1; the whole piece otherwise.
    """
    return _studio().reconstruct_piece(piece, model, measure=measure)[0]


def encode(piece: Piece, model: str = "ae1", measure: int = 1) -> np.ndarray:
    """The numbers that a network squeezes four measures into: float32, ``(latent_dim,)``."""
    studio = _studio()
    return studio.encode(studio.segment(piece, measure), model)


def decode(latents: Sequence[float] | np.ndarray, model: str = "ae1") -> Piece:
    """Four measures from the numbers that a network knows a segment by, ``(latent_dim,)``.

    Raises
    ------
    LatentError
        If there are too few or too many numbers, or one lies far outside the range.
    """
    studio = _studio()
    text = ", ".join(repr(float(value)) for value in latents)
    return studio.piece_from_latents(studio.latents_from_text(text, model), model)


def sample(model: str = "ae1", seed: int = 0) -> Piece:
    """Four measures from numbers drawn near those of real music."""
    studio = _studio()
    return studio.piece_from_latents(studio.sample_latents(model, seed), model)


def blend(first: Piece, second: Piece, weight: float = 0.5, model: str = "ae1") -> Piece:
    """Four measures between the first four of two pieces.

    Parameters
    ----------
    first, second : Piece
    weight : float
        The second's share, 0 to 1: at 0 the result is the reconstruction of the first.
    model : str
        One with a latent space.
    """
    if not 0 <= weight <= 1:
        raise InputError(f"The weight of the second piece lies between 0 and 1, but {weight:g} came.")
    studio = _studio()
    latents, _ = studio.blend(studio.segment(first), studio.segment(second), model, weight)
    title = f"{first.title or 'One piece'} and {second.title or 'another'}"
    return studio.piece_from_latents(latents[0], model, qpm=first.qpm, title=title)


def morph(first: Piece, second: Piece, model: str = "ae1", n_segments: int = 5) -> Piece:
    """The whole way from one piece's first four measures to another's: ``n_segments`` times four measures."""
    studio = _studio()
    return studio.morph(studio.segment(first), studio.segment(second), model, n_segments, qpm=first.qpm)


def retell(
    first: Piece, second: Piece, n_segments: int = 5, model: str = "ae3", writer: str | None = None, seed: int = 0
) -> Piece:
    """The way of `morph`, written anew by a network that writes in time, led by what ``model`` decodes.

    Parameters
    ----------
    first, second : Piece
    n_segments : int
        Of four measures each, 2 to 64; the first and last are near the two pieces.
    model : str
        One with a latent space.
    writer : str, optional
        ``"lstm2"`` unless given.
    seed : int
    """
    studio = _studio()
    ends = studio.segment(first), studio.segment(second)
    return studio.retell_path(*ends, model, n_segments, seed, writer=writer, qpm=first.qpm)


def continue_piece(
    piece: Piece | None = None,
    n_steps: int = 256,
    model: str | None = None,
    seed: int = 0,
    temperature: float = 1.0,
) -> Piece:
    """Let a network go on from where a piece ends.

    Parameters
    ----------
    piece : Piece, optional
        Without one the network begins from silence.
    n_steps : int
        Sixteenths to write, 1 to 2048.
    model : str, optional
        The best that is here unless one is named.
    seed : int
    temperature : float
        Below 1 the network plays what is likely, above 1 it dares more.

    Returns
    -------
    piece : Piece
        The given piece, note for note, and what was written: that begins at its end, or at the next whole sixteenth.
    """
    from koe.models.sampling import Sampling

    return _studio().continue_piece(piece, n_steps, model, Sampling(temperature=temperature), seed)[0]


def compose(
    seed: int = 0,
    measures: int | None = None,
    *,
    composer: str | None = None,
    key: str | None = None,
    metre: str | None = None,
    tempo: str | None = None,
    density: str | None = None,
    register: str | None = None,
    form: str | None = None,
    model: str | None = None,
) -> Piece:
    """A new piece: with wishes, a whole one by a network that composes.

    Parameters
    ----------
    seed : int
    measures : int, optional
        About how many; 32 unless given.
    composer : str, optional
        In whose manner, such as ``"chopin"``.
    key, metre : str, optional
        Such as ``"A minor"`` and ``"3/4"``.
    tempo : str, optional
        ``"slow"``, ``"medium"`` or ``"fast"``.
    density, register : str, optional
        ``"low"``, ``"medium"`` or ``"high"``.
    form : str, optional
        Such as ``"A A' B A"``: what comes back, with a dash where it is varied.
    model : str, optional
        ``"tr1"``, or one that continues.

    Returns
    -------
    piece : Piece
        With the seed alone, or with a model that continues, sixteen measures
        from a chord that the seed chooses.

    Raises
    ------
    InputError
        If a wish is none that can be met.
    """
    from koe.generation.wishes import DEFAULT_MEASURES, Wishes

    studio = _studio()
    told = {
        "key": key,
        "metre": metre,
        "tempo": tempo,
        "density": density,
        "register": register,
        "composer": composer,
        "form": form,
    }
    wished = {name: value for name, value in told.items() if value is not None}
    if not wished and measures is None and (model is None or studio.registry.card(model).kind == "continuation"):
        return studio.compose(seed, model)
    wishes = Wishes(measures if measures is not None else DEFAULT_MEASURES, **wished)  # type: ignore[arg-type]
    return studio.compose_piece(wishes, seed, model)


def originality_of(piece: Piece, made_from: int = 0) -> "Originality":
    """Whether a piece is new, or a passage of what the networks learned from, in whatever key.

    Parameters
    ----------
    piece : Piece
    made_from : int
        Step from which on a network wrote it; what comes before is not looked at.

    Returns
    -------
    originality : Originality
        ``sentence`` says it in words; ``nearest`` lists the nearest passages,
        ``run`` is the longest stretch of notes in common.
    """
    return _studio().originality(piece, made_from)


# -- notebooks ----------------------------------------------------------------


@dataclass(frozen=True)
class Picture:
    """A drawing that notebooks show by themselves."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True)
class Player:
    """A sound that notebooks play by themselves; it is part of the notebook from then on."""

    audio: "Audio"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.audio.data).decode()
        return f'<audio controls src="data:{self.audio.mime};base64,{data}"></audio>'


def show(piece: Piece, made_from: int | None = None) -> Picture:
    """Draw a piece as a pianoroll; notes from step ``made_from`` on are drawn as a network's."""
    return Picture(_studio().pianoroll_svg(replace(piece, warnings=()), made_from))


def listen(piece: Piece) -> Player:
    """Play a piece in a notebook."""
    return Player(render(piece))
