"""MIDI to sound: WAV, OGG or MP3, with whatever synthesizer there is.

::

    render      MIDI bytes to an Audio; tries one engine after the other
    events      MIDI bytes to timed events, within limits; and back to MIDI
    tracks      the bytes of a MIDI file, message by message
    soundfonts  which soundfont plays
    grand       the concert grand: unpacked once, and of it what a piece needs
    sf2         soundfonts as tables and samples
    fluidsynth  engine: the FluidSynth command, through midi2audio
    embedded    engine: TinySoundFont, in this process
    additive    engine of last resort: a piano made of sines, no soundfont
    mastering   the end of the sound and its loudness
    loudness    how loud a performance will be, by its notes
    encode      samples to WAV, OGG (Vorbis) and MP3

An engine is a module with ``available()``, ``name()`` and
``synthesize(performance, soundfont, timeout_sec, should_stop)``, which gives
float32 samples of shape ``(frames, 2)`` that start at the piece's first moment
(`koe.audio.render.Engine`); with ``stream`` it hands them over while it plays.

Importing this package loads nothing but the standard library: NumPy, the
engines and the encoders are imported by the first call that needs them.
"""

from koe.audio.render import ENGINES, FORMATS, MAX_AUDIO_SEC, Audio, engines, render
from koe.audio.soundfonts import default_soundfont

__all__ = ["ENGINES", "FORMATS", "MAX_AUDIO_SEC", "Audio", "default_soundfont", "engines", "render"]
