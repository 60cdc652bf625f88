"""From a recording to notes: what was played on a piano, or hummed.

::

    limits      how much is heard
    sound       bytes of a sound file to samples, within limits
    network     samples to how likely each key is struck and sounds, by basic-pitch
    steady      the even beat of a tune
    polyphonic  the notes of a piano
    melody      the notes of a voice, one at a time
    transcribe  all of it: a sound file to a `Piece`

The network is an optional extra (``requirements-sound.txt``); `available` says
whether it is installed. Importing this package loads nothing but the standard
library.
"""

from koe.transcription.availability import available, can_decode_with_ffmpeg

__all__ = ["available", "can_decode_with_ffmpeg"]
