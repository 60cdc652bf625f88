"""Small pieces as MIDI bytes, and sound files as numbers."""

import io

import numpy as np
import pretty_midi
import soundfile


def write_midi(notes, tempo=120.0):
    """MIDI bytes of ``(pitch, start_sec, end_sec[, velocity])``."""
    score = pretty_midi.PrettyMIDI(initial_tempo=tempo)
    piano = pretty_midi.Instrument(program=0)
    for pitch, start, end, *velocity in notes:
        piano.notes.append(pretty_midi.Note(velocity[0] if velocity else 80, pitch, start, end))
    score.instruments.append(piano)
    target = io.BytesIO()
    score.write(target)
    return target.getvalue()


def decode(audio):
    """Samples of an `Audio`, shape ``(frames, 2)``."""
    samples, sample_rate = soundfile.read(io.BytesIO(audio.data), always_2d=True)
    assert sample_rate == audio.sample_rate
    assert samples.shape[1] == 2
    return samples


def rms(samples):
    return float(np.sqrt(np.mean(np.square(samples))))
