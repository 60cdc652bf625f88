import pytest

from koe.audio import default_soundfont, soundfonts
from koe.audio.soundfonts import BUNDLED, bundled_soundfont, check_soundfont, light_soundfont
from koe.errors import AudioError

SOUNDFONT = b"RIFF\x04\x00\x00\x00sfbk"


def test_bundled_soundfont_is_the_default():
    assert default_soundfont() == bundled_soundfont()
    assert default_soundfont().name == BUNDLED


def test_installed_piano_is_preferred_but_not_for_engines_that_keep_it_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(soundfonts, "DIRECTORIES", (tmp_path / "missing", tmp_path))
    (tmp_path / "MuseScore_General.sf3").write_bytes(b"<html>not found</html>")
    (tmp_path / "FluidR3_GM.sf2").write_bytes(SOUNDFONT)
    assert default_soundfont() == tmp_path / "FluidR3_GM.sf2"
    assert light_soundfont() == bundled_soundfont()


def test_environment_names_the_soundfont(tmp_path, monkeypatch):
    (tmp_path / "mine.sf2").write_bytes(SOUNDFONT)
    monkeypatch.setenv("KOE_SOUNDFONT", str(tmp_path / "mine.sf2"))
    assert default_soundfont() == light_soundfont() == tmp_path / "mine.sf2"
    monkeypatch.setenv("KOE_SOUNDFONT", str(tmp_path / "gone.sf2"))
    with pytest.raises(AudioError, match=r"gone\.sf2 \(named by KOE_SOUNDFONT\) is not there"):
        default_soundfont()


def test_other_files_are_refused(tmp_path):
    (tmp_path / "song.sf2").write_bytes(b"RIFF\x04\x00\x00\x00WAVE")
    with pytest.raises(AudioError, match="is no soundfont"):
        check_soundfont(tmp_path / "song.sf2")
    with pytest.raises(AudioError, match="is not there"):
        check_soundfont(tmp_path)


def test_a_wrongly_named_soundfont_does_not_cost_the_sampled_piano(monkeypatch, tmp_path, caplog):
    from koe.audio import render
    from koe.music.midi import write_midi
    from koe.music.notes import note_at_step
    from koe.music.piece import Piece

    monkeypatch.setenv("KOE_SOUNDFONT", str(tmp_path / "none.sf2"))
    audio = render(write_midi(Piece.on_steps((note_at_step(0, 60, 4),), 4)), "wav")
    assert audio.soundfont
    assert "is not there" in caplog.text
