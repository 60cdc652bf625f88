"""A visitor takes a result home in every format."""

import pytest

from koe.music.midi import read_midi
from koe.music.pianoroll import notes_from_pianoroll
from koe.music.text import pianoroll_from_text
from tests.e2e.visitor import decode


def triples(notes):
    return sorted((note.step, note.pitch, note.n_steps) for note in notes)


def test_every_format_holds_the_music_that_is_shown(visitor):
    visitor.open("Latent space")
    visitor.as_in_the_paper("latent")  # the text has no struck keys, only sounding ones, and so have its networks
    visitor.as_written("latent")
    shown = visitor.notes("latent")
    assert shown
    piece = read_midi(visitor.download("mid", "latent"))
    assert triples(piece.notes) == triples(shown)
    assert piece.title == "From 16 numbers (AE1)"

    roll = pianoroll_from_text(visitor.download("txt", "latent").decode())
    assert triples(notes_from_pianoroll(roll)) == triples(shown)

    played = visitor.sound_of(visitor.players().first)
    wav = decode(visitor.download("wav", "latent"))
    assert played.rms > 0.005
    for sound in (wav, decode(visitor.download("ogg", "latent")), decode(visitor.download("mp3", "latent"))):
        assert sound.rms == pytest.approx(wav.rms, rel=0.1)
        # Codecs work in frames, and round the end up to a whole one.
        assert sound.duration_sec == pytest.approx(played.duration_sec, abs=0.2)
    # 64 sixteenths at the tempo that the MIDI file says, and the last chord rings on.
    assert piece.qpm > 0
    assert 64 / 4 * 60 / piece.qpm - 1 < wav.duration_sec < 64 / 4 * 60 / piece.qpm + 6
