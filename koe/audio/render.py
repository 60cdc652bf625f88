"""One call from MIDI bytes to sound: picks an engine, checks what it made, encodes it."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from koe.audio.events import MAX_AUDIO_SEC, SAMPLE_RATE, Performance, read_performance
from koe.audio.soundfonts import (
    bundled_soundfont,
    check_soundfont,
    default_soundfont,
    grand_soundfont,
    installed_soundfont,
    light_soundfont,
)
from koe.errors import AudioError, Cancelled
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

BUNDLED = "TimGM6mb.sf2"
WHOLE_SEC = 10.0  # up to here, nobody waits long for a sound that is measured as a whole

OnPart = Callable[[bytes, int], None]

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
    """What a synthesizer is: a module, or any object, with these three; put its module's name into `ENGINES`.

    One that can hand over its sound while it makes it has a ``stream`` as well,
    with the parameters of ``synthesize`` and a ``sink``, which is called with
    the next samples; see `koe.audio.embedded`.
    """

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
    on_part: OnPart | None = None,
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
    on_part : callable, optional
        Is handed the bytes of an MP3 while they are made, and how many there
        will be in all; of other formats, all at once. Once it has been called,
        no other engine is tried where one fails.

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

    failures = []
    for candidate in (engine,) if engine else engines():
        started, target = time.monotonic(), _Target(format, on_part, should_stop)
        try:
            by, font = _play(performance, candidate, soundfont, limit_sec, should_stop, target)
            data = target.finish()
        except AudioError as error:
            if engine or target.has_begun:
                raise
            _log.warning("%s failed after %.1f s: %s", candidate, time.monotonic() - started, error)
            failures.append(str(error))
        else:
            return Audio(data, format, FORMATS[format], target.n_frames / SAMPLE_RATE, SAMPLE_RATE, by, font)
    raise AudioError(f"No sound could be made. {' '.join(failures)}")


def _play(
    performance: Performance,
    engine: str,
    soundfont: Path | None,
    timeout_sec: float,
    should_stop: ShouldStop | None,
    target: "_Target",
) -> tuple[str, str]:
    """Let an engine play; gives its name, and the soundfont's."""
    from koe.audio import mastering

    if not performance.n_notes:
        silence = mastering.silence(performance.end_sec)
        target.begin(len(silence))
        target.add(silence)
        return "nothing to play", ""
    module = _load(engine)
    if module is None or not module.available():
        raise AudioError(f"The sound engine {engine} is not installed here.")
    font = _soundfont_for(engine, soundfont)
    stream = getattr(module, "stream", None)
    if stream is None or performance.end_sec <= WHOLE_SEC:
        samples = module.synthesize(performance, font, timeout_sec, should_stop)
        samples = mastering.master(samples, performance.end_sec)
        target.begin(len(samples))
        target.add(samples)
    else:
        ring_sec = mastering.RING_SEC if font and font.name == BUNDLED else mastering.LONG_RING_SEC
        target.begin(mastering.n_frames(performance, ring_sec))
        from koe.audio.loudness import GRAND, TIMGM6MB

        # Of a piano that is not known, the first seconds tell how far it is from this one.
        levels = TIMGM6MB if font and font.name == BUNDLED else GRAND
        master = mastering.Mastering(performance, ring_sec, target.add, levels)
        stream(performance, font, timeout_sec, should_stop, master.add)
        master.finish()
    return module.name(), font.name if font else ""


class _Target:
    """Where the samples of a sound go: into an MP3 as they come, into another format when all are there."""

    def __init__(self, format: str, on_part: OnPart | None, should_stop: ShouldStop | None) -> None:
        self.format = format
        self.on_part = on_part
        self.should_stop = should_stop
        self.has_begun = False  # whether anybody was handed anything
        self.n_frames = 0
        self._data = bytearray()

    def begin(self, n_frames: int) -> None:
        """Say how long the sound will be."""
        import numpy as np

        from koe.audio.encode import Mp3Encoder

        self.n_frames, self._n_taken = n_frames, 0
        try:
            self._mp3 = Mp3Encoder(n_frames, SAMPLE_RATE) if self.format == "mp3" else None
        except ImportError as error:
            raise AudioError(f"The sound could not be encoded as MP3 ({error}); choose WAV.") from error
        self._samples = None if self._mp3 else np.zeros((n_frames, 2), dtype=np.float32)

    def add(self, samples: "np.ndarray") -> None:
        """Take what comes next."""
        self._ask()
        if self._mp3:
            self._hand_over(self._mp3.add(samples), self._mp3.n_bytes)
        elif self._samples is not None:
            self._samples[self._n_taken : self._n_taken + len(samples)] = samples
            self._n_taken += len(samples)

    def finish(self) -> bytes:
        """The whole file."""
        from koe.audio.encode import encode

        self._ask()
        if self._mp3:
            self._hand_over(self._mp3.finish(), self._mp3.n_bytes)
        elif self._samples is not None:
            data = encode(self._samples, SAMPLE_RATE, self.format)
            self._hand_over(data, len(data))
        return bytes(self._data)

    def _ask(self) -> None:
        # An engine asks now and then while it plays; a fast one may have played all of it in between.
        if self.should_stop is not None and self.should_stop():
            raise Cancelled("Stopped before the sound was complete.")

    def _hand_over(self, data: bytes, n_bytes: int) -> None:
        self._data += data
        if self.on_part is not None and data:
            self.has_begun = True
            self.on_part(data, n_bytes)


def _soundfont_for(engine: str, soundfont: Path | None) -> Path | None:
    if engine == "additive":
        return None
    if soundfont is not None:
        return soundfont
    from koe.audio import grand

    choose = default_soundfont if engine == "fluidsynth" else light_soundfont
    # A soundfont that the environment names wrongly, or a damaged grand, must not cost the piano its sound.
    for choice in (choose, grand_soundfont):
        try:
            if (font := choice()) is not None and grand.is_grand(font):
                grand.load(font)
            if font is not None:
                return font
        except AudioError as error:
            _log.warning("%s Another one plays.", error)
    return (installed_soundfont() if engine == "fluidsynth" else None) or bundled_soundfont()


def _load(engine: str) -> Engine | None:
    """Import an engine's module; None where a package that it needs is missing."""
    try:
        return cast("Engine", import_module(ENGINES[engine]))
    except ImportError as error:
        _log.warning("The sound engine %s cannot be loaded: %s", engine, error)
        return None
