"""The one `Studio` of the process, and its answers kept for reruns.

A page runs anew at every click; whatever has not changed must not be
computed again. Each cache is bounded, shared by all visitors and keyed by
content: arrays, MIDI bytes and numbers, never by who asks. Answers that a
page gets are copies, theirs to change.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from koe.errors import ModelError
from koe.generation.wishes import Wishes
from koe.music.form import Section, sections_of
from koe.music.library import LibraryEntry
from koe.music.notes import Note
from koe.music.piece import Piece, TimeSignature
from koe.progress import ShouldStop
from koe.projects.reading import read_project, unpack_line, unpack_project
from koe.projects.schema import Line, Project
from koe.studio import Reconstruction, Studio
from koe.studio.blending import Distances
from koe.studio.one_press import wishes_at_one_press
from koe.studio.squeezing import Components, Squeezed
from koe.web.serving.lasting import lasting
from koe.web.serving.queued_studio import InTurn, in_turn, once

if TYPE_CHECKING:
    from koe.audio import Audio
    from koe.audio.render import OnPart
    from koe.models.cards import ModelCard
    from koe.models.lstm_inside import Inside
    from koe.models.record import TrainingRecord
    from koe.studio.learning_to_play import Lesson, Lessons
    from koe.studio.looking import Begun, LookedBack


DISTANCE_POINTS = 21
LATENT_ENTRIES = 512  # a segment of probabilities is 22 kB
PIECE_ENTRIES = 128
LESSON_ENTRIES = 40  # of 100 kB each
RECORD_ENTRIES = 8  # a few MB each once unpacked
SOUND_ENTRIES = 128  # an MP3 of eight seconds is 130 kB, one of `LONG_SEC` 2.4 MB
LOOKS = 16  # of 1.3 MB each
LONG_SEC = 150.0
LONG_SOUND_ENTRIES = 4  # up to 20 MB each


@lasting
def studio() -> Studio:
    """The studio that all visitors share; heavy work waits there for its turn."""
    return Studio(do=InTurn())


def continuation_model() -> "ModelCard":
    """The card of the model that continues pieces.

    Raises
    ------
    ModelError
        If there is none.
    """
    return studio().continuation_model()


def can_fill() -> bool:
    """Whether a model here can fill gaps; also no where the models' folder is damaged, as pages will say."""
    try:
        return bool(studio().fillers())
    except ModelError:
        return False


def writer() -> "ModelCard | None":
    """The model that can write anew what another has in mind; None if there is none."""
    try:
        return next(iter(studio().writers()), None)
    except ModelError:
        return None


@st.cache_resource(show_spinner=False, max_entries=RECORD_ENTRIES)
def training_record(name: str) -> "TrainingRecord | None":
    """How a model came to be, one for all visitors: to be read, not changed; None where it was not recorded.

    Raises
    ------
    ModelError
        If the record is damaged.
    """
    return studio().training_record(name)


@st.cache_resource(show_spinner=False, max_entries=RECORD_ENTRIES)
def lessons(name: str) -> "Lessons | None":
    """What was recorded of a model that learned to play, one for all visitors: to be read, not changed.

    Raises
    ------
    ModelError
        If the record is damaged.
    """
    return studio().lessons(name)


@st.cache_resource(show_spinner=False, max_entries=LESSON_ENTRIES)
def lesson(name: str, number: int, who: str | int) -> "Lesson":
    """A piece of these as somebody plays it, one for all visitors: to be read, not changed."""
    return studio().lesson(name, number, who)


@st.cache_resource(show_spinner=False, max_entries=RECORD_ENTRIES)
def evaluation(name: str) -> dict[str, Any] | None:
    """What was measured of a model, one for all visitors: to be read, not changed; None where nothing was.

    Raises
    ------
    ModelError
        If the file is damaged.
    """
    return studio().evaluation(name)


@st.cache_data(show_spinner=False, max_entries=1)
def demo_pieces() -> tuple[LibraryEntry, ...]:
    """What the library holds."""
    return studio().demo_pieces()


@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def demo_piece(slug: str) -> Piece:
    """One piece of the library."""
    return studio().demo_piece(slug)


def composer() -> "ModelCard | None":
    """The model that composes whole pieces where none is named; None if there is none."""
    try:
        return next(iter(studio().composers()), None)
    except ModelError:
        return None


def can_perform() -> bool:
    """Whether a model here plays scores; also no where the models' folder is damaged, as pages will say."""
    try:
        return bool(studio().performers())
    except ModelError:
        return False


def performed(piece: Piece, seed: int, amount: float, start: int = 0) -> Piece:
    """A piece as the pianist plays it, from tick ``start`` on."""
    return replace(_performed(fingerprint(piece), seed, amount, start, piece), made_by=piece.made_by)


@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def _performed(digest: bytes, seed: int, amount: float, start: int, _piece: Piece) -> Piece:
    return studio().perform(_piece, seed, amount, start=start)


def compose(seed: int, should_stop: ShouldStop | None = None) -> Piece:
    """The piece that belongs to a seed; given up where ``should_stop`` says so."""
    card = composer()
    if card:
        return composed(wishes_at_one_press(seed), seed, card.name, should_stop)
    return _at_one_press(seed, should_stop)


def composed(
    wishes: Wishes,
    seed: int,
    model: str,
    should_stop: ShouldStop | None = None,
    on_written: Callable[[Piece], None] | None = None,
) -> Piece:
    """A whole piece from wishes; what is not kept yet is handed to ``on_written`` while it is written."""
    return _composed(wishes.as_settings(), seed, model, wishes, should_stop, on_written)


@once
@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def _composed(
    settings: tuple[tuple[str, str], ...],
    seed: int,
    model: str,
    _wishes: Wishes,
    _should_stop: ShouldStop | None = None,
    _on_written: Callable[[Piece], None] | None = None,
) -> Piece:
    return studio().compose_piece(_wishes, seed, model, should_stop=_should_stop, on_written=_on_written)


@once
@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def _at_one_press(seed: int, _should_stop: ShouldStop | None = None) -> Piece:
    return studio().compose(seed, should_stop=_should_stop)


@st.cache_data(show_spinner=False, max_entries=LATENT_ENTRIES)
def reconstruct(segment: np.ndarray, model: str) -> Reconstruction:
    """One segment, shape ``(64, 88)``, through one model."""
    return studio().reconstruct(segment, model)


@st.cache_data(show_spinner=False, max_entries=LATENT_ENTRIES)
def decode(latents: np.ndarray, model: str) -> np.ndarray:
    """Probabilities, shape ``(64, 88)``, of one latent vector."""
    return studio().decode(latents, model)


@st.cache_data(show_spinner=False, max_entries=LOOKS)
def look_inside(segment: np.ndarray) -> "Inside":
    """What happens in LSTM1 while it hears a segment, shape ``(64, 88)``."""
    return studio().look_inside(segment)


def look_back(piece: Piece) -> "LookedBack":
    """Which of its measures TR1 looks back at while it hears a piece."""
    return _look_back(fingerprint(piece), piece)


@st.cache_data(show_spinner=False, max_entries=LOOKS)
def _look_back(digest: bytes, _piece: Piece) -> "LookedBack":
    return studio().look_back(_piece)


@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def begin_alike(segment: np.ndarray, n_steps: int) -> "Begun":
    """What AE1 and LSTM1 make of the first steps of a segment, shape ``(64, 88)``."""
    return studio().begin_alike(segment, n_steps)


@st.cache_data(show_spinner=False, max_entries=LOOKS)
def components(segment: np.ndarray) -> Components:
    """What each of PCA's numbers does to a segment, shape ``(64, 88)``."""
    return studio().components(segment)


@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def squeeze(segment: np.ndarray, model: str) -> Squeezed:
    """A segment, shape ``(64, 88)``, told in fewer and fewer of a model's numbers."""
    return studio().squeeze(segment, model)


# A title is in the visitor's language and no music depends on it, so it is given to what the caches hold.


def piece_from_latents(
    latents: np.ndarray,
    model: str,
    threshold: float,
    qpm: float,
    title: str,
    time_signatures: tuple[TimeSignature, ...],
) -> Piece:
    """The four measures of the latent vector of one segment."""
    return replace(_from_latents(latents, model, threshold, qpm, time_signatures), title=title)


@st.cache_data(show_spinner=False, max_entries=LATENT_ENTRIES)
def _from_latents(
    latents: np.ndarray, model: str, threshold: float, qpm: float, time_signatures: tuple[TimeSignature, ...]
) -> Piece:
    # All of one piece: meant exactly.
    return studio().piece_from_latents(
        latents, model, threshold, qpm=qpm, title="", time_signatures=time_signatures, shares=np.ones(1)
    )


@st.cache_data(show_spinner=False, max_entries=LATENT_ENTRIES)
def blend_rolls(
    first: np.ndarray, second: np.ndarray, model: str, weights: tuple[float, ...], way: str, threshold: float
) -> np.ndarray:
    """Rolls, bool, shape ``(n, 64, 88)``, of what is made of points between two segments."""
    return studio().blend_rolls(first, second, model, weights, way, threshold)


@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def crossed(first: np.ndarray, second: np.ndarray, model: str, way: str) -> np.ndarray:
    """Where a way in one respect leads; kept, so that no rerun waits for a place at work to be told again."""
    return studio().cross(first, second, model, way)


def morph(
    first: np.ndarray,
    second: np.ndarray,
    model: str,
    n_segments: int,
    threshold: float,
    qpm: float,
    title: str,
    way: str,
) -> Piece:
    """The whole way between two segments."""
    return replace(_morph(first, second, model, n_segments, threshold, qpm, way), title=title)


@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def _morph(
    first: np.ndarray, second: np.ndarray, model: str, n_segments: int, threshold: float, qpm: float, way: str
) -> Piece:
    return studio().morph(first, second, model, n_segments, threshold, qpm=qpm, title="", way=way)


def retold(
    first: np.ndarray,
    second: np.ndarray,
    model: str,
    weights: tuple[float, ...],
    seed: int,
    qpm: float,
    title: str,
    time_signatures: tuple[TimeSignature, ...],
    way: str,
) -> Piece:
    """What lies between two segments, written anew by the model that fills gaps."""
    return replace(_retold(first, second, model, weights, seed, qpm, time_signatures, way), title=title)


@st.cache_data(show_spinner=False, max_entries=PIECE_ENTRIES)
def _retold(
    first: np.ndarray,
    second: np.ndarray,
    model: str,
    weights: tuple[float, ...],
    seed: int,
    qpm: float,
    time_signatures: tuple[TimeSignature, ...],
    way: str,
) -> Piece:
    return studio().retell(
        first, second, model, weights, seed, qpm=qpm, title="", time_signatures=time_signatures, way=way
    )


@st.cache_data(show_spinner=False, max_entries=LATENT_ENTRIES)
def distances(first: np.ndarray, second: np.ndarray, model: str, threshold: float, way: str) -> Distances:
    """How far the points of the way between two segments are from either."""
    return studio().distances(first, second, model, np.linspace(0, 1, DISTANCE_POINTS), threshold, way)


@once
@st.cache_data(show_spinner=False, max_entries=SOUND_ENTRIES)
def _rendered(
    midi: bytes, _piece: Piece, _should_stop: ShouldStop | None = None, _on_part: "OnPart | None" = None
) -> "Audio":
    return _render(_piece, _should_stop, _on_part)


@once
@st.cache_data(show_spinner=False, max_entries=LONG_SOUND_ENTRIES)
def _rendered_long(
    midi: bytes, _piece: Piece, _should_stop: ShouldStop | None = None, _on_part: "OnPart | None" = None
) -> "Audio":
    return _render(_piece, _should_stop, _on_part)


def _render(piece: Piece, should_stop: ShouldStop | None, on_part: "OnPart | None") -> "Audio":
    return studio().render(piece, should_stop=should_stop, on_part=on_part)


def sound(piece: Piece, should_stop: ShouldStop | None = None, on_part: "OnPart | None" = None) -> "Audio":
    """The piece as MP3, kept by what is heard of it; given up where ``should_stop`` says so.

    What is not kept yet is handed to ``on_part`` while it is made.
    """
    played = heard(piece)
    rendered = _rendered if played.duration_sec <= LONG_SEC else _rendered_long
    return rendered(midi(played), played, should_stop, on_part)


def heard(piece: Piece) -> Piece:
    """A copy with what is heard alone: no title, nothing about its making, no rolls or times found before."""
    return replace(piece, title="", warnings=(), made_by=None)


def open_project(data: bytes) -> Project:
    """Read a project file, in its turn: a large one takes half a second.

    Raises
    ------
    ProjectError
        One sentence for the visitor.
    """
    return in_turn("read", read_project, data)


def open_kept(packed: str) -> Project:
    """Read what a browser kept, likewise."""
    return in_turn("read", unpack_project, packed)


def open_line(packed: str) -> Line:
    """Read what can be undone, which a browser kept, likewise."""
    return in_turn("read", unpack_line, packed)


def midi(piece: Piece) -> bytes:
    """The piece as a standard MIDI file."""
    return _midi(fingerprint(piece), piece)


@st.cache_data(show_spinner=False, max_entries=SOUND_ENTRIES * 4)
def _midi(digest: bytes, _piece: Piece) -> bytes:
    return studio().midi(_piece)


def sections(piece: Piece) -> tuple[Section, ...]:
    """The form of a piece; see `koe.music.form`."""
    return _sections(fingerprint(piece), piece)


@st.cache_data(show_spinner=False, max_entries=SOUND_ENTRIES * 4)
def _sections(digest: bytes, _piece: Piece) -> tuple[Section, ...]:
    return sections_of(_piece)


def fingerprint(piece: Piece) -> bytes:
    """A digest of all that a piece's MIDI file is made from."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(np.array([_numbers(note) for note in piece.notes], dtype=np.int32).tobytes())
    digest.update(
        repr(
            (piece.n_ticks, piece.tempos, piece.time_signatures, piece.upbeat, piece.keys, piece.pedal, piece.title)
        ).encode()
    )
    return digest.digest()


def _numbers(note: Note) -> tuple[int, int, int, int, int, int]:
    return note.onset, note.pitch, note.duration, note.velocity, note.shift, note.release
