"""The synthesizer dies, babbles, writes without end; the soundfont is cut short; the disk is full."""

import os
import shutil
import signal
import sys
import threading
import time

import pytest

from koe.audio import default_soundfont, engines, fluidsynth, render
from koe.audio.soundfonts import ENVIRONMENT_VARIABLE
from koe.errors import AudioError, Cancelled
from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from tests.audio.conftest import fake_fluidsynth, temporary_folder  # noqa: F401 - fixtures
from tests.audio.sounds import decode, rms

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")

CHORD = write_midi(Piece.on_steps(tuple(note_at_step(0, pitch, 4) for pitch in (60, 64, 67)), 8))
NAP = 'echo $$ > "{pid}"; exec sleep 1000\n'
REAL = shutil.which("fluidsynth")


def wait_for(path) -> int:
    """The process number that a stand-in has written."""
    end = time.monotonic() + 100
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < end
        time.sleep(0.01)
    return int(path.read_text())


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("really", [False, pytest.param(True, marks=pytest.mark.skipif(
    REAL is None, reason="no FluidSynth here"))])  # fmt: skip
def test_killed_in_mid_render(really, fake_fluidsynth, temporary_folder, tmp_path, caplog):  # noqa: F811
    """A kill -9 of the very process that plays; the next synthesizer plays instead."""
    pid = tmp_path / "pid"
    fake_fluidsynth(f'echo $$ > "{pid}"; exec {REAL} "$@"\n' if really else NAP.format(pid=pid))
    # Long enough that a real one is still at it.
    piece = (
        Piece.on_steps(tuple(note_at_step(step, 40 + step % 40, 4) for step in range(2000)), 2004) if really else None
    )
    killer = threading.Thread(target=lambda: os.kill(wait_for(pid), signal.SIGKILL))
    killer.start()
    audio = render(write_midi(piece) if piece else CHORD, "wav")
    killer.join(10)
    assert "FluidSynth" not in audio.engine
    assert rms(decode(audio)) > 0.01
    assert "fluidsynth failed" in caplog.text
    assert "status -9" in caplog.text
    assert not list(temporary_folder.iterdir())


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("yes 'fluidsynth: warning: something'\n", "said more than anybody can read"),
        ('cat /dev/zero > "$out"\n', "far more sound than the piece is long"),
        ('head -c 5000000 /dev/urandom > "$out"; head -c 200 /dev/urandom\n', "cannot be read"),
    ],
)
def test_rubbish_without_end_fills_no_disk(does, said, fake_fluidsynth, temporary_folder, monkeypatch):  # noqa: F811
    monkeypatch.setattr(fluidsynth, "POLL_SEC", 0.01)
    fake_fluidsynth(does)
    with pytest.raises(AudioError, match=said):
        render(CHORD, engine="fluidsynth")
    assert not list(temporary_folder.iterdir())


def test_whose_visitor_has_left_is_ended_with_its_files(fake_fluidsynth, temporary_folder, tmp_path):  # noqa: F811
    pid = tmp_path / "pid"
    fake_fluidsynth(NAP.format(pid=pid))
    with pytest.raises(Cancelled):
        render(CHORD, should_stop=lambda: pid.exists())
    assert gone(wait_for(pid))
    assert not list(temporary_folder.iterdir())


@pytest.mark.parametrize("engine", [engine for engine in engines() if engine != "fluidsynth"])
def test_engines_in_this_process_are_left_too(engine):
    asked = []
    with pytest.raises(Cancelled):
        render(CHORD, engine=engine, should_stop=lambda: not asked.append(0))
    assert len(asked) == 1


@pytest.mark.parametrize("share", [0.001, 0.3, 0.9])
def test_a_soundfont_that_was_cut_short(share, tmp_path, monkeypatch):
    """Whatever can play plays: nobody falls silent because a copy broke off."""
    whole = default_soundfont().read_bytes()
    cut = tmp_path / "cut.sf2"
    cut.write_bytes(whole[: int(len(whole) * share)])
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(cut))
    assert rms(decode(render(CHORD, "wav"))) > 0.01


FULL = """
import sys
from koe.audio import render
from koe.music.midi import write_midi
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece
import logging
logging.basicConfig(stream=sys.stdout)
try:
    open(tempfile.tempdir + "/ballast", "wb").write(bytes(10**6))
except OSError:
    pass
piece = Piece.on_steps(tuple(note_at_step(4 * n, 60, 4) for n in range(32)), 128)
audio = render(write_midi(piece), "mp3")
print("engine", audio.engine, len(audio.data) > 50_000)
"""


def test_a_full_disk_does_not_cost_the_sound(on_a_full_disk):
    """FluidSynth needs a file, the others none."""
    said = on_a_full_disk(FULL)
    assert "engine" in said
    assert "True" in said
    assert "left ['ballast']" in said
    if REAL:
        assert "fluidsynth failed" in said
        assert "engine FluidSynth" not in said
