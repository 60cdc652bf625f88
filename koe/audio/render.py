"""One call from MIDI bytes to sound: picks an engine, checks what it made, encodes it."""

import logging
import time
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from koe.audio.events import MAX_AUDIO_SEC, SAMPLE_RATE, Performance, read_performance
from koe.audio.soundfonts import (
    bundled_soundfont,
    check_soundfont,
    default_soundfont,
    installed_soundfont,
    light_soundfont,
)
from koe.errors import AudioError
from koe.progress import ShouldStop

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ENGINES", "FORMATS", "MAX_AUDIO_SEC", "Audio", "engines", "render"]

ENGINES = {  # best first
    "fluidsynth": "koe.audio.fluidsynth",
    "tinysoundfont": "koe.audio.embedded",
    "additive": "koe.audio.additive",
}
FORMATS = {"wav": "audio/wav", "ogg": "audio/ogg", "mp3": "audio/mpeg"}

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Audio:
    """A sound file in memory.

    Attributes
    ----------
    data : bytes
        The file.
    format, mime : str
        Such as ``"mp3"`` and ``"audio/mpeg"``.
    duration_sec : float
        Length, the ring of the last chord included.
    sample_rate : int
        In Hz.
    engine : str
        Name and version of what played, for people.
    soundfont : str
        File name of the soundfont that played; empty where none did.
    """

    data: bytes = field(repr=False)
    format: str
    mime: str
    duration_sec: float
    sample_rate: int
    engine: str
    soundfont: str


class Engine(Protocol):
    """What a synthesizer is: a module, or any object, with these three; put its module's name into `ENGINES`."""

    def available(self) -> bool:
        """Whether it can play here."""

    def name(self) -> str:
        """Its name and version, for people."""

    def synthesize(
        self,
        performance: Performance,
        soundfont: Path | None,
        timeout_sec: float,
        should_stop: ShouldStop | None = None,
    ) -> "np.ndarray":
        """Play a performance from the piece's first moment on: float32, shape ``(frames, 2)``.

        Raises
        ------
        AudioError
            If it cannot, or takes longer than ``timeout_sec``; the next engine is tried then.
        Cancelled
            If ``should_stop``, asked several times a second, said so.
        """


def engines() -> tuple[str, ...]:
    """Name the engines that can play here, best first; the last one always can."""
    return tuple(engine for engine in ENGINES if (module := _load(engine)) and module.available())


def render(
    midi: bytes,
    format: str = "mp3",
    *,
    engine: str | None = None,
    soundfont: Path | None = None,
    timeout_sec: float | None = None,
    should_stop: ShouldStop | None = None,
) -> Audio:
    """Play a MIDI file into a sound file.

    How many may play at once is the caller's to say (`koe.web.serving.queue`); nobody waits here.
    The sound starts at the file's first tick, keeps its tempo, and ends when
    the last chord has died away. It is brought to a common loudness and never
    clips. The same call gives the same bytes.

    Parameters
    ----------
    midi : bytes
        A Standard MIDI file of at most `MAX_AUDIO_SEC` seconds. Without notes
        it gives silence of its length.
    format : str
        ``"wav"``, ``"ogg"`` or ``"mp3"``.
    engine : str, optional
        One of `engines()`. By default the best one plays, and the next one
        where it fails.
    soundfont : Path, optional
        A .sf2 or .sf3 file; see `default_soundfont` for the choice otherwise.
    timeout_sec : float, optional
        Time for each engine that is tried. By default half a minute and the
        piece's length.
    should_stop : callable, optional
        Asked several times a second; where it says yes the work is dropped.
        What it raises goes through.

    Raises
    ------
    AudioError
        If the bytes are no MIDI file or too long, if format, engine or
        soundfont do not exist, or if no engine could play.
    Cancelled
        If ``should_stop`` said so.
    """
    format = format.lower().removeprefix(".")
    if format not in FORMATS:
        raise AudioError(f"The sound format {format!r} is not known; choose one of {', '.join(FORMATS)}.")
    if engine is not None and engine not in ENGINES:
        raise AudioError(f"The sound engine {engine!r} is not known; choose one of {', '.join(ENGINES)}.")
    if timeout_sec is not None and not timeout_sec > 0:
        raise AudioError(f"The time limit is {timeout_sec} seconds; give more than 0.")
    if soundfont is not None:
        soundfont = check_soundfont(Path(soundfont))
    performance = read_performance(midi)
    limit_sec = timeout_sec or 30.0 + performance.end_sec

    samples, engine_name, soundfont_name = _synthesize(performance, engine, soundfont, limit_sec, should_stop)
    from koe.audio.encode import encode

    data = encode(samples, SAMPLE_RATE, format)
    return Audio(data, format, FORMATS[format], len(samples) / SAMPLE_RATE, SAMPLE_RATE, engine_name, soundfont_name)


def _synthesize(
    performance: Performance,
    engine: str | None,
    soundfont: Path | None,
    timeout_sec: float,
    should_stop: ShouldStop | None,
) -> tuple["np.ndarray", str, str]:
    """Try the engines in order; give samples, engine's name and soundfont's name of the first that plays."""
    from koe.audio import mastering

    if not performance.n_notes:
        return mastering.silence(performance.end_sec), "nothing to play", ""
    failures = []
    for candidate in (engine,) if engine else engines():
        started = time.monotonic()
        try:
            module = _load(candidate)
            if module is None or not module.available():
                raise AudioError(f"The sound engine {candidate} is not installed here.")
            font = _soundfont_for(candidate, soundfont)
            samples = module.synthesize(performance, font, timeout_sec, should_stop)
            samples = mastering.master(samples, performance.end_sec)
        except AudioError as error:
            if engine:
                raise
            _log.warning("%s failed after %.1f s: %s", candidate, time.monotonic() - started, error)
            failures.append(str(error))
        else:
            return samples, module.name(), font.name if font else ""
    raise AudioError(f"No sound could be made. {' '.join(failures)}")


def _soundfont_for(engine: str, soundfont: Path | None) -> Path | None:
    if engine == "additive":
        return None
    if soundfont is not None:
        return soundfont
    try:
        return default_soundfont() if engine == "fluidsynth" else light_soundfont()
    except AudioError as error:
        # A soundfont that the environment names wrongly must not cost the piano its sound.
        _log.warning("%s Another one plays.", error)
        return (installed_soundfont() if engine == "fluidsynth" else None) or bundled_soundfont()


def _load(engine: str) -> Engine | None:
    """Import an engine's module; None where a package that it needs is missing."""
    try:
        return cast("Engine", import_module(ENGINES[engine]))
    except ImportError as error:
        _log.warning("The sound engine %s cannot be loaded: %s", engine, error)
        return None
