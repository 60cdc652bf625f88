"""A visitor hums, or brings a recording, on Your piece."""

import pytest

from koe.errors import InputError
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.studio import Studio
from koe.studio.hearing import Hearing
from koe.web.texts import recording as words
from tests.fakes import as_declared
from tests.pages.conftest import FakeStudio
from tests.transcription.conftest import needs_network
from tests.transcription.hums import TUNES, hum, wav

TUNE = Piece.on_steps((note_at_step(0, 62, 4), note_at_step(4, 64, 4)), 16, 96.0, beats_estimated=True)


@pytest.fixture
def heard(monkeypatch):
    """A studio that hears `TUNE` in everything; gives what it was asked."""
    asked = []

    def transcribe(self, data, name="", kind="piano", *, title=None, progress=None, should_stop=None, **options):
        asked.append((data, name, kind, title))
        if data == b"silence":
            raise InputError(f"{name} is silent; record again.")
        progress(1, 2)
        return Piece(TUNE.notes, TUNE.n_ticks, TUNE.tempos, title=title or name, beats_estimated=True)

    monkeypatch.setattr(FakeStudio, "transcribe", as_declared(Studio.transcribe, transcribe))
    monkeypatch.setattr(Hearing, "can_transcribe", lambda self: True)
    return asked


@pytest.fixture
def page(app):
    return app.switch_page("pages/your_piece.py").run()


def record(page, data):
    page.audio_input(key="your-microphone").set_value(("audio.wav", data, "audio/wav")).run()


def test_what_is_hummed_becomes_the_piece_and_goes_on(heard, page):
    record(page, b"a tune")
    assert not page.exception
    assert heard == [(b"a tune", words.THE_RECORDING, "voice", "My tune")]
    assert page.header[0].value == "My tune"
    # Another click hears nothing again, and the piece stays.
    page.run()
    assert len(heard) == 1
    assert page.header[0].value == "My tune"


def test_a_network_goes_on_from_all_of_it(heard, page, calls):
    record(page, b"a tune")
    page.button(key="your-go-on").click().run()
    assert not page.exception
    assert page.title[0].value == "Continue"
    page.switch_page("pages/continue.py").run()  # AppTest itself has not left the page before
    page.button(key="continue-go").click().run()
    assert calls.continued[-1]["prompt"].notes == TUNE.notes


def test_a_file_can_be_brought_instead(heard, page):
    page.file_uploader(key="your-sound").set_value(("Evening.mp3", b"sound", "audio/mpeg")).run()
    assert heard == [(b"sound", "Evening.mp3", "voice", None)]
    assert page.header[0].value == "Evening\\.\u2060mp3"


def test_a_file_of_any_name_can_be_brought(heard, page):
    page.file_uploader(key="your-sound").set_value(("my %22tune%22\0.mp3", b"sound", "")).run()
    assert not page.exception
    assert heard == [(b"sound", 'my "tune" .mp3', "voice", None)]


def test_who_says_that_it_was_a_piano_is_heard_anew(heard, page):
    record(page, b"a tune")
    page.button_group(key="your-kind").set_value("piano").run()
    assert [kind for _, _, kind, _ in heard] == ["voice", "piano"]
    assert page.header[0].value == "My playing"


def test_a_recording_without_music_keeps_the_piece_and_says_why(heard, page):
    before = page.header[0].value
    record(page, b"silence")
    assert [error.value for error in page.error] == ["The recording is silent; record again\\."]
    assert page.header[0].value == before
    page.run()
    assert len(heard) == 1
    assert page.error
    record(page, b"a tune")
    assert not page.error
    assert page.header[0].value == "My tune"


def test_a_demo_piece_chosen_afterwards_stays(heard, page):
    record(page, b"a tune")
    entry = page.selectbox(key="demo").options[2]
    page.selectbox(key="demo").select(entry).run()
    assert page.header[0].value != "My tune"


def test_where_nothing_can_hear_nothing_is_offered(monkeypatch, page):
    monkeypatch.setattr(Hearing, "can_transcribe", lambda self: False)
    page.run()
    assert not page.exception
    assert not page.audio_input
    assert [expander.label for expander in page.expander if expander.label == words.HUM_OR_PLAY] == []


@needs_network
def test_a_real_hum_is_heard(page):
    record(page, wav(hum(*TUNES["Twinkle"], seed=3)[0]))
    assert not page.exception
    assert not page.error
    assert page.header[0].value == "My tune"
    assert any("14 notes" in caption.value for caption in page.caption)
