"""As written or played: what pages let a visitor hear, and that the choice is kept."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from koe.generation.performing import perform
from koe.models.registry import Registry
from koe.music.midi import write_midi
from koe.projects.reading import unpack_project
from koe.web.serving import cached_studio
from koe.web.session import playing
from koe.web.texts import playing as texts
from tests.fakes import as_declared
from tests.models.pn1_toys import toy_player, waltz
from tests.pages.conftest import APP, FakeRegistry, FakeStudio, card
from tests.pages.players import rolls, sounds
from tests.pages.test_keeping import disabled, go, memory


class WithPianist(FakeStudio):
    """A studio in which a network plays what is written."""

    def __init__(self, **given):
        super().__init__(**given)
        self.registry._cards["pn1"] = card("pn1", "performance")


@pytest.fixture
def app(calls, monkeypatch):
    monkeypatch.setattr(cached_studio, "Studio", WithPianist)
    performer = as_declared(Registry.performer, lambda self, name: toy_player())
    monkeypatch.setattr(FakeRegistry, "performer", performer, raising=False)
    return AppTest.from_file(APP, default_timeout=300).run()


def upload(app, piece):
    go(app, "your_piece")
    app.file_uploader(key="your-upload").set_value(("mine.mid", write_midi(piece), "audio/midi")).run()
    assert not app.exception


def is_played(piece) -> bool:
    return len({note.velocity for note in piece.notes}) > 2


SWELLING = replace(waltz(), notes=tuple(replace(note, velocity=40 + note.onset // 24) for note in waltz().notes))


def test_what_koe_composes_is_played_unless_one_says_otherwise(app, calls):
    app.button(key="compose").click().run()
    written = FakeStudio().compose(app.session_state["koe_kept_home_seed"])
    heard = calls.rendered[-1]
    assert heard.notes == perform(written, toy_player()).notes
    assert (
        rolls(app)[0]["music"]
        == sounds(app)[0]["music"]
        == cached_studio.fingerprint(replace(perform(written, toy_player()), title=written.title)).hex()
    )
    choice = app.segmented_control(key="home-way")
    assert (choice.value, choice.options) == (playing.PLAYED, list(texts.WAYS.values()))

    choice.set_value(playing.WRITTEN).run()
    assert calls.rendered[-1].notes == written.notes
    assert not [slider for slider in app.slider if slider.key == "home-amount"]  # there is nothing to have more of
    go(app, "latent_space")
    assert app.segmented_control(key="latent-way").value == playing.WRITTEN
    assert memory(app)["project"]
    assert unpack_project(memory(app)["project"]).settings[playing.WAY] == playing.WRITTEN
    assert not disabled(app)[0]  # of the piece that was composed; the switch is nothing to undo, as all controls


def test_how_much_and_which_reading_are_chosen_once_for_all_pages(app, calls):
    upload(app, waltz())
    app.segmented_control(key="your-way").set_value(playing.PLAYED).run()
    (_, first) = calls.rendered[-2:]
    app.slider(key="your-amount").set_value(2.0).run()
    app.number_input(key="your-reading").set_value(7).run()
    whole = [piece for piece in calls.rendered if piece.n_ticks == waltz().n_ticks]
    assert whole[-1].notes == perform(waltz(), toy_player(), 7, 2.0).notes
    assert app.slider(key="your-segment-amount").value == 2.0
    assert first.notes != whole[-1].notes
    app.slider(key="your-segment-amount").set_value(0.5).run()
    assert app.slider(key="your-amount").value == 0.5


def test_what_brings_a_way_of_its_own_keeps_it_unless_the_pianist_is_asked(app, calls):
    upload(app, SWELLING)
    choice = app.segmented_control(key="your-way")
    assert (choice.value, choice.options) == (playing.WRITTEN, list(texts.OWN_WAYS.values()))
    whole = [piece for piece in calls.rendered if piece.n_ticks == waltz().n_ticks]
    assert [note.velocity for note in whole[-1].notes] == [note.velocity for note in SWELLING.notes]
    choice.set_value(playing.PLAYED).run()
    whole = [piece for piece in calls.rendered if piece.n_ticks == waltz().n_ticks]
    assert whole[-1].notes == perform(SWELLING, toy_player()).notes
    # What Koe writes is another matter.
    assert app.session_state[playing.OWN_WAY] == playing.PLAYED
    assert playing.WAY not in app.session_state


def test_a_continuation_is_played_from_where_the_network_goes_on(app):
    assert playing.begins_at(SWELLING, 12) == 72
    assert playing.begins_at(waltz(), 12) == 0  # a beginning without a way of its own is played as well
    assert playing.begins_at(SWELLING, 0) == playing.begins_at(SWELLING, None) == 0
    assert playing.own_way(SWELLING, None)
    assert playing.own_way(waltz(), None), "what was brought sounds as it is in its file"
    assert playing.own_way(SWELLING, 0)
    assert not playing.own_way(waltz(), 0)
    assert not playing.own_way(SWELLING, 12)


def test_midi_is_taken_home_either_way(app):
    upload(app, waltz())
    app.segmented_control(key="your-way").set_value(playing.PLAYED).run()
    labels = [button.proto.label for button in app.get("download_button") if "MIDI" in button.proto.label]
    assert labels[:2] == list(texts.MIDI.values())
    app.segmented_control(key="your-way").set_value(playing.WRITTEN).run()
    labels = [button.proto.label for button in app.get("download_button") if "MIDI" in button.proto.label]
    assert not set(labels) & set(texts.MIDI.values())


def test_without_a_pianist_there_is_no_switch(app, calls, monkeypatch):
    monkeypatch.setattr(WithPianist, "__init__", FakeStudio.__init__)
    cached_studio.studio.clear()
    upload(app, waltz())
    assert not [one for one in app.segmented_control if one.key == "your-way"]
    assert not is_played(calls.rendered[-1])


def test_of_a_long_piece_no_wav_is_taken_home(app, monkeypatch):
    monkeypatch.setattr("koe.web.result.downloads.MAX_WAV_SEC", 1.0)
    upload(app, waltz())
    labels = [button.proto.label for button in app.get("download_button")]
    assert "WAV" not in " ".join(labels)
    assert "MP3" in " ".join(labels)
    assert [caption for caption in app.caption if "WAV" in caption.value]
