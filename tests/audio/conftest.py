"""A small piece, a plain machine, and stand-ins for the FluidSynth command."""

import tempfile

import pytest

from koe.audio import soundfonts
from tests.audio.sounds import write_midi

ANSWERS_VERSION = '[ "$1" = --version ] && { echo "FluidSynth runtime version 2.9.7"; exit; }\n'
WHERE_IS_OUTPUT = 'for word; do [ "$before" = -F ] && out=$word; before=$word; done\n'


@pytest.fixture
def chord():
    """C major for a second, after half a second of rest."""
    return write_midi([(60, 0.5, 1.5), (64, 0.5, 1.5), (67, 0.5, 1.5)])


@pytest.fixture(autouse=True)
def bundled_soundfont_only(monkeypatch):
    """Play the soundfont that every machine has, whatever else this one has."""
    monkeypatch.delenv(soundfonts.ENVIRONMENT_VARIABLE, raising=False)
    monkeypatch.setattr(soundfonts, "DIRECTORIES", ())
    monkeypatch.setattr(soundfonts, "GRAND", "none.sf3")
    soundfonts.installed_soundfont.cache_clear()
    yield
    soundfonts.installed_soundfont.cache_clear()


@pytest.fixture
def temporary_folder(tmp_path, monkeypatch):
    """The folder in which temporary files are made, empty at first."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def without_fluidsynth(tmp_path, monkeypatch):
    """A machine on which no command is found."""
    empty = tmp_path / "nothing"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


@pytest.fixture
def fake_fluidsynth(tmp_path, monkeypatch):
    """Put a shell script in FluidSynth's place; ``$out`` is the sound file that it should write."""

    def install(script):
        folder = tmp_path / "commands"
        folder.mkdir(exist_ok=True)
        command = folder / "fluidsynth"
        command.write_text("#!/bin/sh\n" + ANSWERS_VERSION + WHERE_IS_OUTPUT + script)
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    return install
