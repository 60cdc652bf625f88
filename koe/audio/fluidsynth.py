"""The FluidSynth command, run by midi2audio, watched and kept quiet.

midi2audio ignores how FluidSynth fares, waits for it without end and lets it
write to the console. FluidSynth itself ends with status 0 where it could not
write its file. So the command is called here instead, and the sound that it
leaves is read back and checked.
"""

import os
import re
import select
import shutil
import struct
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import midi2audio
import numpy as np

from koe.audio import grand
from koe.audio.events import SAMPLE_RATE, TAIL_SEC, Performance, midi_from_performance
from koe.children import ending_with_us
from koe.errors import AudioError, Cancelled
from koe.progress import ShouldStop

GAIN = 1.0  # FluidSynth's own 0.2 is far too quiet
POLL_SEC = 0.1  # between two looks at what it does, and at whether anybody still waits for it
MAX_CONSOLE_BYTES = 1 << 20
FRAME_BYTES = 8  # two floats
MAX_HEADER_BYTES = 4096
_FLOATS = (3, 0xFFFE)  # of WAV's kinds of samples: floats, and those that are described further on


def available() -> bool:
    """Tell whether the command is installed."""
    return shutil.which("fluidsynth") is not None and find_spec("soundfile") is not None


def name() -> str:
    """Give the engine's name and version."""
    return _name(shutil.which("fluidsynth") or "")


def synthesize(
    performance: Performance, soundfont: Path, timeout_sec: float, should_stop: ShouldStop | None = None
) -> np.ndarray:
    """Play a performance: float32, shape ``(frames, 2)``; see `stream`."""
    blocks: list[np.ndarray] = []
    stream(performance, soundfont, timeout_sec, should_stop, blocks.append)
    return np.concatenate(blocks) if blocks else np.zeros((0, 2), dtype=np.float32)


def stream(
    performance: Performance,
    soundfont: Path,
    timeout_sec: float,
    should_stop: ShouldStop | None,
    sink: Callable[[np.ndarray], None],
) -> None:
    """Play a performance, and hand over its sound while it is written.

    Parameters
    ----------
    performance : Performance
    soundfont : Path
    timeout_sec : float
    should_stop : callable, optional
        Asked ten times a second; where it says yes, or raises, FluidSynth is ended.
    sink : callable
        Is handed float32 samples, ``(frames, 2)``, also in this rhythm; dense
        chords exceed 1. What it raises ends FluidSynth as well.

    Raises
    ------
    AudioError
        If FluidSynth is missing, takes longer than ``timeout_sec`` or writes
        far more than the piece is long (it is ended then), or leaves no sound
        file that can be read.
    Cancelled
        If ``should_stop`` said so.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="koe-") as folder:
            midi_file, audio_file = Path(folder, "piece.mid"), Path(folder, "piece.wav")
            midi_file.write_bytes(midi_from_performance(performance))
            most = round(2 * (performance.end_sec + TAIL_SEC + 10) * SAMPLE_RATE) * FRAME_BYTES

            growing = GrowingWav(audio_file)

            def look() -> None:
                if should_stop is not None and should_stop():
                    raise Cancelled("Stopped before the sound was complete.")
                if audio_file.exists() and audio_file.stat().st_size > most:
                    raise AudioError("FluidSynth wrote far more sound than the piece is long, and was stopped.")
                samples = growing.read()
                if len(samples):
                    sink(samples)

            synth = FluidSynth(soundfont, timeout_sec=timeout_sec)
            if grand.is_grand(soundfont):
                synth = FluidSynth(
                    _tailored(soundfont, performance, Path(folder)), timeout_sec=timeout_sec, hall=grand.HALL
                )
            output = synth.midi_to_audio(midi_file, audio_file, look)
            if not audio_file.exists():
                raise AudioError(f"FluidSynth left no sound file. It said: {output or 'nothing.'}")
            look()
            if not growing.is_wav:
                raise AudioError(f"FluidSynth left a sound file that cannot be read. It said: {output}")
    except OSError as error:
        raise AudioError(f"The files of FluidSynth could not be written ({error}); free some disk space.") from error


class GrowingWav:
    """Reads a WAV file of 32-bit floats while it is written.

    Parameters
    ----------
    path : Path
        Need not be there yet.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.position = 0  # of the first sample that was not read; 0 as long as the header was not

    @property
    def is_wav(self) -> bool:
        """Whether its header was read."""
        return self.position > 0

    def read(self) -> np.ndarray:
        """What has come since the last time, float32, ``(frames, 2)``.

        Raises
        ------
        AudioError
            If it holds sound of another kind.
        """
        nothing = np.zeros((0, 2), dtype=np.float32)
        if not self.path.exists():
            return nothing
        with self.path.open("rb") as file:
            if not self.position:
                self.position = _sound_begins(file.read(MAX_HEADER_BYTES))
            if not self.position:
                return nothing
            file.seek(self.position)
            data = file.read()
        data = data[: len(data) - len(data) % FRAME_BYTES]
        self.position += len(data)
        return np.frombuffer(data, dtype="<f4").reshape(-1, 2).copy()


def _sound_begins(header: bytes) -> int:
    """Where the samples of a WAV file begin; 0 if that has not been written yet, or it is none."""
    if header[:4] != b"RIFF" or header[8:12] != b"WAVE":
        return 0
    place = 12
    while place + 8 <= len(header):
        name, size = header[place : place + 4], int.from_bytes(header[place + 4 : place + 8], "little")
        if name == b"data":
            return place + 8
        if name == b"fmt " and len(header) >= place + 24:
            kind, channels, rate = struct.unpack_from("<HHI", header, place + 8)
            if (channels, rate) != (2, SAMPLE_RATE):
                raise AudioError(f"FluidSynth gave {channels} channels at {rate} Hz, not 2 at {SAMPLE_RATE} Hz.")
            if kind not in _FLOATS:
                return 0
        place += 8 + size + size % 2
    return 0


class FluidSynth(midi2audio.FluidSynth):
    """midi2audio's synthesizer with a time limit and a silent console."""

    def __init__(
        self,
        sound_font: Path,
        sample_rate: int = SAMPLE_RATE,
        timeout_sec: float = 60.0,
        hall: Mapping[str, float] | None = None,
    ) -> None:
        super().__init__(str(sound_font), sample_rate)
        self.timeout_sec = timeout_sec
        self.hall = hall or {}

    def midi_to_audio(self, midi_file: Path, audio_file: Path, look: Callable[[], None] | None = None) -> str:
        """Render a MIDI file to a WAV file of 32-bit floats, which cannot clip.

        Parameters
        ----------
        midi_file, audio_file : Path
        look : callable, optional
            Called ten times a second; what it raises ends FluidSynth.

        Returns
        -------
        output : str
            The end of what FluidSynth wrote to its console.
        """
        # -f: no configuration of the user's, so that the same piece always sounds the same.
        # dynamic-sample-loading: only the instruments played are read, 45 MB instead of 170.
        # default-soundfont: where ours cannot be read, silence (which is noticed) and not another one.
        # -C 0: no chorus; a piano sends nothing there, and it costs time.
        # -z: samples written at once; the sound is the same with any number, and the usual 64 take longer.
        settings = (
            "synth.dynamic-sample-loading=1",
            f"synth.default-soundfont={self.sound_font}",
            *(f"synth.reverb.{what}={amount}" for what, amount in self.hall.items()),
        )
        quiet = ["-ni", "-q", "-C", "0", "-z", "1024", "-f", os.devnull]
        options = [*quiet, *(word for setting in settings for word in ("-o", setting))]
        target = ["-g", str(GAIN), "-T", "wav", "-O", "float", "-r", str(self.sample_rate), "-F", str(audio_file)]
        # By its path: a search would go past a broken command to another one.
        command = shutil.which("fluidsynth") or "fluidsynth"
        return _run([command, *options, *target, self.sound_font, str(midi_file)], self.timeout_sec, look)


def _tailored(soundfont: Path, performance: Performance, folder: Path) -> Path:
    path = folder / soundfont.with_suffix(".sf2").name
    path.write_bytes(grand.tailored(soundfont, performance))
    return path


def _run(command: list[str], timeout_sec: float, look: Callable[[], None] | None = None) -> str:
    """Run a command in a process group of its own; ``timeout_sec``, or what ``look`` raises, ends all of it."""
    # A file, not a pipe: a pipe stays open as long as any process of the group holds it.
    with tempfile.TemporaryFile() as console:
        try:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
                # It writes a file, but asks SDL for a sound card all the same, which takes a tenth of a second to end.
                env={**os.environ, "SDL_AUDIODRIVER": "dummy"},
            )
        except OSError as error:
            raise AudioError(f"FluidSynth could not be started ({error.strerror}); install it or repair it.") from error
        with ending_with_us(child):
            status = _wait(child, timeout_sec, console, look)
        console.seek(max(0, console.seek(0, os.SEEK_END) - 400))
        text = " ".join(console.read(400).decode(errors="replace").split())
    if status:
        raise AudioError(f"FluidSynth failed with status {status}. It said: {text or 'nothing.'}")
    return text


def _wait(child: subprocess.Popen, timeout_sec: float, console: IO[bytes], look: Callable[[], None] | None) -> int:
    """Wait for its end, and see that it neither hangs nor fills the disk with what it says; its status."""
    end = time.monotonic() + timeout_sec
    while (status := _status(child, max(0.0, min(POLL_SEC, end - time.monotonic())))) is None:
        if time.monotonic() >= end:
            raise AudioError(
                f"FluidSynth was not done after {timeout_sec:.3g} seconds and was stopped; try a shorter piece."
            )
        if os.fstat(console.fileno()).st_size > MAX_CONSOLE_BYTES:
            raise AudioError("FluidSynth said more than anybody can read, and was stopped; install it again.")
        if look is not None:
            look()
    return status


def _status(child: subprocess.Popen, timeout_sec: float) -> int | None:
    """Its status as soon as it has ended; None if it has not in that time."""
    # Python's own wait with a limit sleeps up to 50 ms between two looks, as long as FluidSynth needs for a segment.
    if hasattr(os, "pidfd_open"):
        with suppress(OSError):  # it has ended already, or the system does not let us
            handle = os.pidfd_open(child.pid)
            try:
                watch = select.poll()
                watch.register(handle, select.POLLIN)
                watch.poll(1000 * timeout_sec)
            finally:
                os.close(handle)
            return child.poll()
    try:
        return child.wait(timeout_sec)
    except subprocess.TimeoutExpired:
        return None


@lru_cache(maxsize=4)
def _name(command: str) -> str:
    try:
        text = _run([command, "--version"], timeout_sec=5.0)
    except (AudioError, OSError):
        text = ""
    version = re.search(r"\d+\.\d+(\.\d+)?", text)
    return f"FluidSynth {version[0]}" if version else "FluidSynth"
