"""Hearing, in the users' words: a recording becomes a piece.

`Studio` has these methods.
"""

from pathlib import Path

from koe.errors import InputError
from koe.music.piece import Piece
from koe.progress import Progress, ShouldStop
from koe.studio.base import StudioBase
from koe.studio.work import heavy
from koe.transcription import available, can_decode_with_ffmpeg
from koe.transcription.limits import MAX_RECORDING_BYTES, MAX_RECORDING_SEC

__all__ = ["MAX_RECORDING_SEC", "SOUND_TYPES", "Hearing"]


SOUND_TYPES = ("wav", "mp3", "ogg", "oga", "flac", "aif", "aiff")
TYPES_WITH_FFMPEG = ("m4a", "mp4", "webm")


class Hearing(StudioBase):
    """Hearing recordings; a part of `koe.studio.Studio`."""

    def can_transcribe(self) -> bool:
        """Whether what that takes (``requirements-sound.txt``) is installed."""
        return available()

    def sound_types(self) -> tuple[str, ...]:
        """Endings of sound files that can be read here."""
        return SOUND_TYPES + (TYPES_WITH_FFMPEG if can_decode_with_ffmpeg() else ())

    @heavy("transcribe", long=True)
    def transcribe(
        self,
        data: bytes,
        name: str = "",
        kind: str = "piano",
        *,
        title: str | None = None,
        comfortable: bool = True,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> Piece:
        """Make a piece of a recording of a piano, or of a voice; see `koe.transcription.transcribe.transcribe`.

        Raises
        ------
        InputError
            If nothing can be heard in it; one sentence for the user.
        AudioError
            If the network for it is not installed.
        Cancelled
            If ``should_stop`` said so.
        """
        from koe.transcription.transcribe import transcribe

        return transcribe(
            data, name, kind, title=title, comfortable=comfortable, progress=progress, should_stop=should_stop
        )

    def transcribe_file(self, path: Path, kind: str = "piano", *, comfortable: bool = True) -> Piece:
        """Hear a file on the disk; see `transcribe`."""
        if not path.is_file():
            raise InputError(f"There is no file {path}.")
        with path.open("rb") as file:
            # One byte more than is accepted shows that a file is too large.
            return self.transcribe(file.read(MAX_RECORDING_BYTES + 1), path.name, kind, comfortable=comfortable)
