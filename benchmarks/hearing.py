"""Seconds until half a minute of sound is a piece: a piano that FluidSynth plays, and a voice made of sines."""

import io

import mir_eval
import numpy as np
import pretty_midi
import soundfile

from benchmarks.figures import Figure
from benchmarks.machine import best_sec
from benchmarks.options import Options
from koe.audio import render
from koe.music.library import list_pieces, load_piece
from koe.music.midi import write_midi
from koe.transcription import available
from koe.transcription.limits import MAX_RECORDING_SEC
from koe.transcription.network import listen
from koe.transcription.polyphonic import find_notes
from koe.transcription.sound import SAMPLE_RATE, read_recording
from koe.transcription.transcribe import transcribe

SECONDS = 30
TARGET_SEC = 10.0
PIECE = "mozart-sonata-k545"


def piano() -> bytes:
    """The opening of a sonata as a WAV file of `SECONDS`."""
    samples, rate = soundfile.read(io.BytesIO(render(write_midi(load_piece(PIECE)), "wav").data), always_2d=True)
    return wav(samples[: SECONDS * rate], rate)


def voice() -> bytes:
    """A scale up and down with vibrato, as long."""
    time = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    scale = np.array([60, 62, 64, 65, 67, 69, 71, 72, 71, 69, 67, 65, 64, 62])
    pitch = scale[(time / 0.5).astype(int) % len(scale)] + 0.3 * np.sin(2 * np.pi * 5.5 * time)
    phase = 2 * np.pi * np.cumsum(440.0 * 2 ** ((pitch - 69) / 12)) / SAMPLE_RATE
    return wav(0.2 * sum(np.sin(h * phase) / h**1.5 for h in range(1, 6)), SAMPLE_RATE)


def wav(samples: np.ndarray, rate: int) -> bytes:
    """A WAV file of 16 bits."""
    target = io.BytesIO()
    soundfile.write(target, samples, rate, format="WAV")
    return target.getvalue()


def f1(slug: str) -> float:
    """How well the notes of a demo piece are found again in its sound."""
    midi = write_midi(load_piece(slug))
    (instrument,) = pretty_midi.PrettyMIDI(io.BytesIO(midi)).instruments
    meant = np.array(
        [(note.start, note.end, note.pitch) for note in instrument.notes if note.start < MAX_RECORDING_SEC]
    )
    notes = find_notes(listen(read_recording(render(midi, "wav").data).samples))
    hertz = [440.0 * 2 ** ((rows[:, 2] - 69) / 12) for rows in (meant, notes)]
    return mir_eval.transcription.precision_recall_f1_overlap(
        meant[:, :2], hertz[0], notes[:, :2], hertz[1], onset_tolerance=0.05, offset_ratio=None
    )[2]


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Seconds on one core; nothing where what hears is not installed."""
    if not available():
        return [], ["basic-pitch and onnxruntime are not installed, so nothing was measured."]
    found = []
    for kind, data in (("piano", piano()), ("voice", voice())):
        samples = read_recording(data).samples
        network_sec = best_sec(lambda samples=samples: listen(samples), 3)  # type: ignore[misc]
        whole_sec = best_sec(lambda data=data, kind=kind: transcribe(data, kind=kind), 3)  # type: ignore[misc]
        found.append(
            Figure(
                f"{SECONDS} s of a {kind}",
                whole_sec,
                "s",
                "the sound itself",
                SECONDS,
                "the network alone",
                network_sec,
                target=TARGET_SEC,
            )
        )
    scores = [f1(entry.slug) for entry in list_pieces()]
    found += [
        Figure("notes of the demo pieces, F1", float(np.mean(scores)), "", more_is_better=True),
        Figure("the same, the hardest piece", min(scores), "", more_is_better=True),
    ]
    remarks = "From the bytes of a WAV file to a piece on its beats. The network computes on one core. "
    remarks += "F1 by mir_eval, onsets within 50 ms, of the first minute of the pieces as Koe plays them."
    return found, [remarks]
