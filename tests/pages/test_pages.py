"""Every page opens, and each does what a visitor comes for."""

import json
from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from koe.errors import AudioError
from koe.models.sampling import DEFAULT_THRESHOLD, Sampling
from koe.music.grid import SEGMENT_TICKS, TICKS_PER_STEP
from koe.music.midi import write_midi
from koe.music.notes import Note, note_at_step, pitch_name
from koe.music.piece import Piece, Tempo, TimeSignature
from koe.projects.schema import with_take
from koe.studio import Studio
from koe.web.player import music_id
from koe.web.serving import cached_studio, composed_ahead
from koe.web.session import state
from koe.web.texts import home as home_texts
from koe.web.texts import interpolate as interpolate_texts
from koe.web.texts import latent_space as latent_space_texts
from koe.web.texts import pages as texts
from koe.web.texts import reconstruct as reconstruct_texts
from tests.fakes import as_declared
from tests.formats.writing import note as written
from tests.formats.writing import score
from tests.pages.conftest import FakeStudio, card
from tests.pages.players import notes, pitches, rolls, sounds

PAGES = [
    "home",
    "your_piece",
    "reconstruct",
    "latent_space",
    "interpolate",
    "continue",
    "downhill",
    "memory",
    "models",
    "about",
]


def go(app, page: str):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert not app.error
    return app


def words(app) -> str:
    """All text on the page."""
    elements = [*app.title, *app.header, *app.markdown, *app.caption]
    return "\n".join(element.value for element in elements)


def figures(app) -> list[dict]:
    """The page's plots, as the browser gets them."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def upload(app, data: bytes, name: str):
    app.file_uploader(key="your-upload").set_value((name, data, "audio/midi")).run()
    assert not app.exception
    return app


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("a\0b.mid", "a b"),
        ("x" * 5000 + ".mid", "x" * 196),
        ("say %22hello%22.mid", 'say "hello"'),
        ("line%0D%0Afeed.mid", "line feed"),
        ("www.example.com.mid", "www.example.com"),
        ("&lt;b&gt;.mid", "&lt;b&gt;"),
        (".mid", ".mid"),
        ("no ending", "no ending"),
    ],
)
def test_a_file_of_any_name_is_opened_and_the_page_goes_on(app, sent, shown):
    tune = write_midi(Piece.on_steps((note_at_step(0, 60, 4),), 16))
    go(app, "your_piece")
    upload(app, tune, sent)
    assert not app.error
    assert app.header[0].value == texts.escape(shown)
    upload(app, b"\0no music", sent)
    assert len(app.error) == 1
    assert app.header[0].value == texts.escape(shown)  # what was there stays
    app.file_uploader(key="your-upload").set_value([]).run()
    assert not app.error
    go(app, "home")


@pytest.mark.parametrize("name", ["picture.png", "nothing", "a\0.mid", "x" * 5000, "letter.pdf"])
def test_koe_itself_says_what_a_file_is_that_it_cannot_use(app, name):
    go(app, "your_piece")
    upload(app, b"\x89PNG\r\n\x1a\n" + bytes(99), name)
    (error,) = app.error
    assert "it looks like a PNG image" in error.value
    # No uploader leaves that to Streamlit, which says it in English alone and with an empty type.
    assert [list(uploader.proto.type) for uploader in app.get("file_uploader")] == [
        [] for _ in app.get("file_uploader")
    ]
    for uploader in app.get("file_uploader"):
        if uploader.key == "koe-project-open":
            uploader.set_value((name, b"no project", "")).run()
            assert not app.exception
            assert len(app.toast) == 1


@pytest.fixture
def waltz() -> Piece:
    notes = tuple(note_at_step(onset, 60 + onset % 12, 3) for onset in range(0, 240, 4))
    return Piece.on_steps(notes, 240, 90.0, (TimeSignature(0, 3, 4),), title="A *small* waltz")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(app, page):
    go(app, page)
    assert app.title or page == "home"


def test_home_waits_for_a_click(app, calls):
    assert app.title[0].value == home_texts.HOME_TITLE
    assert not sounds(app)
    assert calls.composed in ([], [0])  # 0 is the warm-up's


def test_a_click_takes_what_was_made_ahead(app, calls, monkeypatch):
    ahead = [77, 78]
    monkeypatch.setattr(
        composed_ahead, "composed_ahead", lambda: SimpleNamespace(take=lambda: ahead.pop(0) if ahead else None)
    )
    for seed in (77, 78):
        app.button(key="compose").click().run()
        assert calls.composed[-1] == seed
    app.button(key="compose").click().run()
    assert calls.composed[-1] not in (77, 78)  # none is left, so one is made


def test_one_click_composes_and_plays(app, calls):
    app.button(key="compose").click().run()
    assert not app.exception
    seed = calls.composed[-1]
    assert app.header[0].value == home_texts.HOME_PIECE.format(seed=seed)
    (sound,) = sounds(app)
    assert sound["autoplay"]
    assert sound["src"].endswith(".mp3")
    (roll,) = rolls(app)
    assert sound["music"] == roll["music"]
    assert pitches(roll, "w") == {60}
    assert pitches(roll, "m") == {60 + seed % 12 + 1}

    app.button(key="compose").click().run()
    assert calls.composed[-1] != seed


def test_a_piece_composed_before_does_not_play_by_itself_on_return(app):
    app.button(key="compose").click().run()
    go(go(app, "about"), "home")
    assert [sound["autoplay"] for sound in sounds(app)] == [False]


def test_the_same_number_plays_the_same_piece(app, calls):
    app.button(key="compose").click().run()
    app.number_input[0].set_value(41).run()
    assert calls.composed[-1] == 41
    assert app.header[0].value == home_texts.HOME_PIECE.format(seed=41)


def test_pick_a_demo_piece(app):
    go(app, "your_piece")
    box = app.selectbox(key="demo")
    box.select(box.options[2]).run()
    piece = app.session_state["koe_piece"]
    assert piece.title in box.options[2]
    assert piece.title in words(app).replace("\\", "")
    assert [(note.step, note.pitch) for note in notes(rolls(app)[0], "w")] == [
        (note.step, note.pitch) for note in piece.notes
    ]


def test_the_segment_follows_its_slider_to_other_pages(app):
    go(app, "your_piece")
    app.slider(key="your-measure").set_value(5).run()
    piece = app.session_state["koe_piece"]
    onset = piece.measure_onsets[4]
    assert rolls(app)[0]["segment"] == [onset, onset + SEGMENT_TICKS]
    go(app, "reconstruct")
    assert app.slider(key="reconstruct-measure").value == 5


def test_upload_a_midi_file(app, waltz):
    go(app, "your_piece")
    upload(app, write_midi(waltz), "waltz.mid")
    assert not app.error
    piece = app.session_state["koe_piece"]
    assert piece.notes == waltz.notes
    assert "60 notes · 20 measures · 3/4 · ♩ = 90" in words(app)
    # A title from outside is text, never markup.
    assert app.header[0].value == r"A \*small\* waltz"


def test_upload_a_score(app):
    head = "<work><work-title>A *small* score</work-title></work>"
    measures = ["".join(written(60 + n, 8) for n in range(9))] * 6
    go(app, "your_piece")
    upload(app, score(*measures, metre="3/4", head=head), "score.musicxml")
    assert not app.error
    piece = app.session_state["koe_piece"]
    assert [note.onset for note in piece.notes[:4]] == [0, 8, 16, 24]
    assert "54 notes · 6 measures · 3/4" in words(app)
    assert app.header[0].value == r"A \*small\* score"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.mid"),
        (b"<score-partwise>", "cut.musicxml"),
        (b"PK\3\4", "cut.mxl"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "picture.mid"),
        (b"a\x07b", "bell.txt"),
    ],
)
def test_a_refused_upload_keeps_the_piece_and_says_why(app, data, name):
    go(app, "your_piece")
    before = app.session_state["koe_piece"]
    upload(app, data, name)
    (error,) = app.error
    assert error.value.endswith(".")
    assert "Traceback" not in error.value
    assert app.session_state["koe_piece"] == before
    assert len(rolls(app)) == 2
    # It is still said after another click, and gone with the file.
    app.slider(key="your-measure").set_value(2).run()
    assert [said.value for said in app.error] == [error.value]
    app.file_uploader(key="your-upload").set_value([]).run()
    assert not app.error


def test_reconstruct_shows_each_model_with_its_figures(app):
    go(app, "reconstruct")
    assert [heading.value for heading in app.header] == [reconstruct_texts.RECONSTRUCT_ORIGINAL, "AE1", "PCA"]
    assert app.slider(key="reconstruct-threshold-ae1").value == 0.3
    assert app.slider(key="reconstruct-threshold-pca").value == 0.4
    assert len(sounds(app)) == 3


def test_how_sure_a_model_was(app):
    go(app, "reconstruct")
    app.segmented_control(key="reconstruct-view").set_value("probabilities").run()
    go(go(app, "about"), "reconstruct")
    original, *made = rolls(app)
    assert original["heat"] is None
    assert len(made) == 2
    assert all(roll["heat"] for roll in made)
    app.segmented_control(key="reconstruct-view").set_value("notes").run()
    assert [roll["heat"] for roll in rolls(app)] == [None] * 3


def test_the_threshold_acts_at_once(app):
    go(app, "reconstruct")
    app.slider(key="reconstruct-threshold-ae1").set_value(1.0).run()
    # Only C5, of which the fake model is certain, is left of it.
    assert pitches(rolls(app)[1], "n") == {72}


def test_a_result_becomes_the_current_piece(app):
    go(app, "latent_space")
    app.button(key="latent-use").click().run()
    assert app.session_state["koe_piece"].title == latent_space_texts.LATENT_PIECE.format(n=16, model="AE1")
    go(app, "your_piece")
    assert "From 16 numbers" in app.header[0].value


def segment_page():
    """A page that asks for the chosen segment."""
    import streamlit as st

    from koe.web.session import state

    segment = state.segment()
    st.write(f"{segment.dtype} {segment.shape} {segment.min()} to {segment.max()}")


def test_the_chosen_segment_is_what_its_description_says(calls):
    page = AppTest.from_function(segment_page, default_timeout=300).run()
    assert page.markdown[0].value == "uint8 (64, 88) 0 to 2"
    assert "uint8, shape ``(64, 88)``" in state.segment.__doc__


def test_blend_moves_between_the_two_pieces(app):
    go(app, "interpolate")
    assert app.selectbox(key="from-choice").value == "current"
    assert app.selectbox(key="to-choice").value != "current"
    app.slider(key="blend").set_value(0.25).run()
    assert interpolate_texts.INTERPOLATE_HEARD.format(percent=25) in words(app)
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [64, 5 * 64]
    app.slider(key="path-stops").set_value(3).run()
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [64, 3 * 64]


def test_a_plain_cross_fade_is_heard_instead(app):
    go(app, "interpolate")
    app.segmented_control(key="blend-by").set_value("fade").run()
    assert not app.exception
    assert interpolate_texts.FADE_CAPTION in words(app)
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [64, 5 * 64]
    app.slider(key="blend").set_value(0.0).run()
    # At the very beginning it is the first piece, note by note.
    first = app.session_state["koe_piece"].slice_steps(0, 64)
    assert [(note.step, note.pitch) for note in notes(rolls(app)[0])] == [
        (note.step, note.pitch) for note in first.notes
    ]


def test_a_blend_is_retold_by_a_network_that_writes_in_time(app, monkeypatch):
    asked = []

    def retell(self, first, second, model, weights, seed, *, qpm, title, way, **_):
        asked.append((model, weights, seed, way))
        return Piece.on_steps((note_at_step(0, 60 + seed % 12, 4),), 64 * len(weights), qpm, title=title)

    go(app, "interpolate")
    retold = interpolate_texts.BLENDS["retold"].format(writer="LSTM2")
    assert retold not in app.segmented_control(key="blend-by").options  # no such network here
    cached_studio._retold.clear()
    monkeypatch.setattr(FakeStudio, "fillers", lambda self: (card("lstm2", "continuation", hears_onsets=True),))
    monkeypatch.setattr(FakeStudio, "retell", as_declared(Studio.retell, retell))
    app.run()
    assert retold not in app.segmented_control(key="blend-by").options  # AE1 would lead it astray
    cards = cached_studio.studio().registry._cards
    blurred = cards["ae1"]
    monkeypatch.setitem(cards, "ae1", replace(blurred, hears_onsets=True))
    app.run()
    assert retold in app.segmented_control(key="blend-by").options
    app.segmented_control(key="blend-by").set_value("retold").run()
    app.number_input(key="interpolate-seed-number").set_value(7).run()
    assert not app.exception
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [64, 5 * 64]
    assert [note.pitch for roll in rolls(app) for note in notes(roll)] == [67, 67]
    assert asked[-2:] == [("ae1", (0.5,), 7, "line"), ("ae1", (0.0, 0.25, 0.5, 0.75, 1.0), 7, "line")]
    assert interpolate_texts.RETOLD_CAPTION.format(writer="LSTM2", model="AE1") in words(app)
    n_written, titles = len(asked), [roll["title"] for roll in rolls(app)]
    app.button(key="koe-language").click().run()
    assert not app.exception
    assert len(rolls(app)) == 2
    assert not {roll["title"] for roll in rolls(app)} & set(titles)
    assert len(asked) == n_written  # the same music has another name
    app.button(key="koe-language").click().run()
    assert [roll["title"] for roll in rolls(app)] == titles
    assert len(asked) == n_written
    cards["ae1"] = blurred
    app.run()
    assert not app.exception
    assert app.segmented_control(key="blend-by").value == "network"


def test_the_way_can_be_another(app):
    go(app, "interpolate")
    app.segmented_control(key="interpolate-way").set_value("circle").run()
    app.toggle(key="interpolate-one-key").set_value(True).run()
    assert not app.exception
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [64, 5 * 64]


def test_the_second_piece_gives_its_harmony_or_its_rhythm_alone(app, monkeypatch):
    asked = []

    def cross(self, first, second, model, way, **_):
        asked.append((model, way))
        return np.zeros(16, np.float32)

    monkeypatch.setattr(FakeStudio, "cross", as_declared(Studio.cross, cross))
    go(app, "interpolate")
    with pytest.raises(KeyError):
        app.segmented_control(key="interpolate-respect")  # AE1 hears rolls, in which strikes are not to be seen
    cards = cached_studio.studio().registry._cards
    monkeypatch.setitem(cards, "ae1", replace(cards["ae1"], hears_onsets=True))
    app.run()
    assert not asked
    app.segmented_control(key="interpolate-respect").set_value("rhythm").run()
    assert not app.exception
    assert set(asked) == {("ae1", "rhythm")}
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [64, 5 * 64]


def test_distances_are_found_when_somebody_looks(app, monkeypatch):
    asked, found = [], cached_studio.distances
    monkeypatch.setattr(cached_studio, "distances", lambda *about: asked.append(about) or found(*about))
    go(app, "interpolate")
    assert not asked
    app.session_state["distances"] = True
    app.run()
    assert not app.exception
    assert len(asked) == 1
    assert interpolate_texts.DISTANCES_CAPTION in words(app)


def test_four_pieces_are_blended_on_a_square(app):
    go(app, "interpolate")
    app.segmented_control(key="interpolate-between").set_value("four").run()
    assert not app.exception
    chosen = [app.selectbox(key=f"corner-{number}-choice").value for number in (1, 2, 3, 4)]
    assert chosen[0] == "current"
    assert len(set(chosen)) == 4
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [64]


def test_blend_begins_with_the_segment_that_was_chosen_last(app):
    def measures():
        return [slider.value for slider in app.slider if "-measure-" in slider.key]

    go(app, "interpolate")
    assert measures() == [1, 1]
    go(app, "your_piece")
    app.slider(key="your-measure").set_value(5).run()
    go(app, "interpolate")
    assert measures() == [5, 1]


def test_an_untitled_piece_is_blended_with_another(app):
    app.session_state["koe_piece"] = Piece.on_steps((note_at_step(0, 60, 4),), 64)
    go(app, "interpolate")
    assert app.selectbox(key="to-choice").value != "current"


def test_a_take_is_gone_on_from_its_end_and_from_a_measure(app, calls):
    go(app, "continue")
    app.select_slider(key="continue-steps").set_value(64).run()
    app.button(key="continue-go").click().run()
    app.button(key="continued-1-1-end").click().run()
    assert not app.exception
    first, second = calls.continued
    assert second["prompt"].n_steps == first["prompt"].n_steps + 64
    app.slider(key="continued-2-1-bar").set_value(3).run()
    app.button(key="continued-2-1-branch").click().run()
    assert calls.continued[2]["prompt"].n_steps == 32
    # Asked from the page's own controls, it begins anew.
    app.button(key="continue-go").click().run()
    assert calls.continued[3]["prompt"] == first["prompt"]


def test_takes_stand_in_a_tree_and_can_be_shown_again(app):
    chord = Piece.on_steps((note_at_step(0, 60, 8),), 8)

    def take(number, prompt, key):
        note = note_at_step(prompt.n_steps, key, 64)
        settings = {**asdict(Sampling()), "steps": 64, "variation": 1, "guard": True}
        return Piece.on_steps((*prompt.notes, note), prompt.n_steps + 64).by("lstm1", number, settings)

    first = take(1, chord, 64)
    second = take(2, first, 67)
    takes = with_take(with_take((), first, 8), second, first.n_steps)
    app.session_state["koe_kept_project_takes"] = takes
    go(app, "continue")
    labels = [button.label for button in app.button if (button.key or "").startswith("take-")]
    assert len(labels) == 2
    assert labels[0].startswith("Birch: ")  # a word for each instead of its seed
    assert labels[1].strip().startswith("└ from measure")
    assert not rolls(app)
    app.button(key="take-t1").click().run()
    assert [roll["n_ticks"] // TICKS_PER_STEP for roll in rolls(app)] == [72]


def test_a_surprise_shows_what_it_chose(app, calls):
    go(app, "continue")
    app.segmented_control(key="continue-start").set_value("nothing").run()
    app.button(key="surprise").click().run()
    assert not app.exception
    (asked,) = calls.continued
    assert asked["seed"] == app.number_input(key="continue-seed-number").value
    assert asked["sampling"].temperature == app.slider(key="temperature").value
    assert app.text_input(key="chord-names").value == " ".join(pitch_name(note.pitch) for note in asked["prompt"].notes)


def test_continue_from_a_chord(app, calls):
    go(app, "continue")
    assert not sounds(app)
    app.text_input(key="chord-names").set_value("C4 Eb4 G4").run()
    app.select_slider(key="continue-steps").set_value(64).run()
    app.slider(key="temperature").set_value(0.8).run()
    app.slider(key="variations").set_value(2).run()
    app.number_input(key="continue-seed-number").set_value(7).run()
    app.button(key="continue-go").click().run()
    assert not app.exception
    (asked,) = calls.continued
    assert sorted({note.pitch for note in asked["prompt"].notes}) == [60, 63, 67]
    assert (asked["n_steps"], asked["seed"], asked["n_variations"]) == (64, 7, 2)
    assert (asked["sampling"].way, asked["sampling"].temperature) == ("toss", 0.8)
    assert [heading.value for heading in app.header] == ["Variation 1", "Variation 2"]
    assert [sound["autoplay"] for sound in sounds(app)] == [True, False]
    # Results stay while other settings are tried.
    app.slider(key="temperature").set_value(1.2).run()
    assert len(sounds(app)) == 2
    assert len(calls.continued) == 1


def test_continue_from_the_piece_with_a_threshold(app, calls):
    go(app, "continue")
    app.segmented_control(key="continue-start").set_value("segment").run()
    app.segmented_control(key="continue-way").set_value("threshold").run()
    assert app.slider(key="continue-threshold").value == DEFAULT_THRESHOLD
    app.button(key="continue-go").click().run()
    (asked,) = calls.continued
    assert asked["prompt"] == app.session_state["koe_piece"]
    assert (asked["sampling"].way, asked["sampling"].threshold) == ("threshold", DEFAULT_THRESHOLD)


def test_continue_from_nothing(app, calls):
    go(app, "continue")
    app.segmented_control(key="continue-start").set_value("nothing").run()
    app.button(key="continue-go").click().run()
    assert calls.continued[0]["prompt"] is None


def test_a_chord_that_is_none_is_explained(app, calls):
    go(app, "continue")
    app.text_input(key="chord-names").set_value("H4").run()
    assert "no note name" in app.warning[0].value
    assert app.button(key="continue-go").disabled
    app.button(key="chord-a-minor").click().run()
    assert not app.warning
    assert not app.button(key="continue-go").disabled


def test_a_missing_model_is_one_sentence(app, calls, model_error):
    calls.fail = model_error
    go(app, "continue")
    app.button(key="continue-go").click().run()
    assert not app.exception
    assert len(app.error) == 1
    assert "lstm1" in app.error[0].value


def test_an_unexpected_failure_is_polite(app, calls, caplog):
    calls.fail = RuntimeError("secret inner state")
    go(app, "continue")
    app.button(key="continue-go").click().run()
    assert not app.exception
    assert [error.value for error in app.error] == [texts.UNEXPECTED]
    assert "secret inner state" in caplog.text


@pytest.mark.parametrize(("soundfont", "said"), [("A.sf2", r"with the soundfont **A\.sf2**."), ("", "no soundfont.")])
def test_about_tells_what_plays(app, calls, soundfont, said):
    calls.soundfont = soundfont
    go(app, "about")
    (sentence,) = (element.value for element in app.markdown if element.value.startswith("Played by"))
    assert sentence.replace("\u2060", "").endswith(said)


def test_nothing_is_rendered_twice(app, calls):
    go(app, "reconstruct")
    before = len(calls.rendered)
    app.slider(key="reconstruct-threshold-ae1").set_value(0.35).run()
    app.slider(key="reconstruct-threshold-ae1").set_value(0.3).run()
    # At most the one roll that changed; the other three players keep theirs.
    assert len(calls.rendered) - before <= 1


def test_a_long_piece_is_rendered_when_somebody_wants_to_hear_it(app, calls):
    long = Piece.on_steps(tuple(note_at_step(step, 60) for step in range(0, 4000, 8)), 4000, 120.0, title="Long")
    app.session_state["koe_piece"] = long
    go(app, "your_piece")
    whole, segment = rolls(app)
    assert (whole["ask"], segment["ask"]) == (True, False)
    assert [sound["player"] for sound in sounds(app)] == ["your-segment"]
    assert len(notes(whole)) == 500
    assert cached_studio.heard(long) not in calls.rendered
    app.session_state["koe_kept_your-asked"] = music_id(long)  # as a touch of its button leaves it
    app.run()
    assert sorted(sound["player"] for sound in sounds(app)) == ["your", "your-segment"]
    assert cached_studio.heard(long) in calls.rendered
    # Another long piece is asked for by itself.
    app.session_state["koe_piece"] = Piece.on_steps(long.notes[1:], 4000, 120.0, title="Long, too")
    app.run()
    assert [sound["player"] for sound in sounds(app)] == ["your-segment"]


def test_a_piece_without_sound_says_why(app, calls, monkeypatch):
    def fail(self, piece, **_):
        raise AudioError("No sound could be made.")

    monkeypatch.setattr(cached_studio.Studio, "render", as_declared(Studio.render, fail))
    go(app, "your_piece")
    assert [(sound["src"], sound["fault"]) for sound in sounds(app)] == [("", "No sound could be made.")] * 2


TRIPLETS = Piece(tuple(Note(8 * n, 60 + n % 3, 8) for n in range(64)), 512, title="Triplets")


@pytest.mark.parametrize("page", ["your_piece", "reconstruct", "latent_space", "interpolate"])
def test_pages_say_how_many_notes_their_networks_hear_moved(app, page):
    app.session_state["koe_piece"] = TRIPLETS
    go(app, page)
    said = [caption.value for caption in app.caption if "hears them moved" in caption.value]
    # Of each beat of three the second and the third lie between, and a segment has sixteen beats.
    assert said
    assert all(one.startswith(":material/info: 32 of ") for one in said)
    app.session_state["koe_piece"] = cached_studio.demo_piece("bach-invention-1")
    go(app, page)
    assert not [caption for caption in app.caption if "hears them moved" in caption.value]


def test_continue_says_how_many_notes_are_heard_moved_and_how_long_it_gets(app):
    """Of a performance what follows goes at the average of its last measures, whatever its last moment's tempo is."""
    app.session_state["koe_piece"] = replace(
        TRIPLETS, tempos=(Tempo(0, 60.0), Tempo(10_200, 20.0)), beats_estimated=True
    )
    go(app, "continue")
    app.segmented_control(key="continue-start").set_value("segment").run()
    said = [caption.value for caption in app.caption]
    assert ":material/info: 42 of 64 notes lie between sixteenths; LSTM1 hears them moved." in said
    assert "16 measures, 1:04 min" in said
    app.session_state["koe_piece"] = replace(TRIPLETS, time_signatures=(TimeSignature(0, 3, 8),))
    app.run()
    assert any(caption.value.startswith("43 measures, ") for caption in app.caption)  # of the metre that goes on


def test_guessed_beats_can_be_halved_doubled_and_moved_at_a_click(app):
    notes = tuple(Note(12 * n, 60 + n % 7, 12) for n in range(64))
    played = Piece(notes, 768, upbeat=60, title="Played", beats_estimated=True)
    app.session_state["koe_piece"] = played
    go(app, "your_piece")
    app.button(key="beats-double").click().run()
    doubled = app.session_state["koe_piece"]
    assert (doubled.n_ticks, doubled.qpm) == (1536, 240.0)
    app.button(key="beats-halve").click().run()
    assert app.session_state["koe_piece"] == played
    app.button(key="beats-later").click().run()
    moved = app.session_state["koe_piece"]
    assert moved.upbeat == 72
    assert moved.duration_sec >= doubled.duration_sec
    assert not app.exception
    app.session_state["koe_piece"] = Piece(notes, 768, title="Written")
    go(app, "your_piece")
    assert not [button for button in app.button if button.key and button.key.startswith("beats-")]


def test_measures_have_the_numbers_that_the_score_prints(app):
    """An upbeat is measure 0, on the page as in the score."""
    notes = tuple(Note(24 * n, 60 + n % 5, 24) for n in range(33))
    app.session_state["koe_piece"] = Piece(notes, 792, upbeat=24, title="With an upbeat")
    go(app, "your_piece")
    slider = app.slider(key="your-measure")
    assert (slider.min, slider.max, slider.value) == (0, 8, 0)
    assert any("measures 0 to 4" in text.value for text in app.markdown)
    slider.set_value(3).run()
    assert app.session_state["koe_measure"] == 4  # the fourth from the beginning
    assert any("measures 3 to 6" in text.value for text in app.markdown)
    numbers = [roll["first_measure"] for roll in rolls(app)]
    assert numbers == [0, 3]
    assert not app.exception
