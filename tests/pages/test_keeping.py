"""Undo and redo, project files, the browser's memory and links, as pages offer them."""

import json

import numpy as np
import pytest

from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.projects.links import decode
from koe.projects.opening import make_link
from koe.projects.reading import read_project, unpack_project
from koe.projects.schema import Project, Take
from koe.projects.writing import write_project
from koe.web.serving import cached_studio
from koe.web.texts import home as home_texts
from koe.web.texts import session as words
from tests.pages.players import notes, rolls, send, sent_to, sounds


def go(app, page):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def disabled(app):
    return app.button(key="koe-undo").disabled, app.button(key="koe-redo").disabled


def memory(app):
    (sent,) = sent_to(app, "koe_keeping")
    return sent


def toasts(app):
    return [toast.value for toast in app.toast]


def open_file(app, data, name="mine.koe.json"):
    app.file_uploader(key="koe-project-open").set_value((name, data, "application/json")).run()
    assert not app.exception
    return app


@pytest.fixture
def melody():
    return Piece.on_steps(
        tuple(note_at_step(step, 60 + step // 8, 8) for step in range(0, 160, 8)), 160, 90.0, title="A melody"
    )


def test_looking_at_pages_is_nothing_to_undo(app):
    for page in ("your_piece", "latent_space", "interpolate", "continue", "home"):
        go(app, page)
    assert disabled(app) == (True, True)
    assert memory(app)["project"] == ""


def test_a_segment_a_piece_and_a_composition_are_taken_back_and_done_again(app):
    go(app, "your_piece")
    first = app.session_state["koe_piece"]
    app.slider(key="your-measure").set_value(5).run()
    box = app.selectbox(key="demo")
    box.select(box.options[2]).run()
    second = app.session_state["koe_piece"]
    assert second != first
    go(app, "home")
    press(app, "compose")
    assert len(sounds(app)) == 1

    press(app, "koe-undo")
    assert app.title[0].value == home_texts.HOME_TITLE
    press(app, "koe-undo")
    assert app.session_state["koe_piece"] == first
    go(app, "your_piece")
    assert app.slider(key="your-measure").value == 5
    press(app, "koe-undo")
    assert app.slider(key="your-measure").value == 1
    assert disabled(app) == (True, False)

    for _ in range(3):
        press(app, "koe-redo")
    assert app.session_state["koe_piece"] == second
    assert disabled(app) == (False, True)
    go(app, "home")
    # What is found again keeps quiet.
    assert [sound["autoplay"] for sound in sounds(app)] == [False]


def test_a_continuation_is_taken_back_and_done_again(app):
    go(app, "continue")
    press(app, "continue-go")
    made = rolls(app)
    assert made
    press(app, "koe-undo")
    assert not rolls(app)
    press(app, "koe-redo")
    assert [notes(roll) for roll in rolls(app)] == [notes(roll) for roll in made]
    assert not any(sound["autoplay"] for sound in sounds(app))


def test_what_the_browser_keeps_is_the_whole_table(app):
    go(app, "your_piece")
    app.slider(key="your-measure").set_value(3).run()
    go(app, "latent_space")
    press(app, "latent-set-4")
    kept = unpack_project(memory(app)["project"])
    assert kept.piece == app.session_state["koe_piece"]
    assert kept.measure == 3
    assert kept.latents == {"ae1": (0.0,) * 16}
    assert kept.weights["ae1"] == "0" * 64


def test_a_project_file_is_opened_and_taken_back(app, melody):
    take = melody.by("lstm1", 7)
    project = Project(
        melody,
        2,
        {"ae1": (0.5,) * 16, "ae9": (1.0,)},
        (Take("t1", take, 64),),
        ("t1",),
        {},
        {"home_seed": 12, "continue-seed": 99},
        {"ae1": "1" * 64},
    )
    go(app, "your_piece")
    before = app.session_state["koe_piece"]
    open_file(app, write_project(project))
    assert app.session_state["koe_piece"] == melody
    assert app.slider(key="your-measure").value == 2
    assert toasts(app) == [words.OPENED, words.OTHER_WEIGHTS.format(models="AE1")]
    go(app, "continue")
    assert app.number_input(key="continue-seed-number").value == 99
    (roll,) = rolls(app)
    assert len(notes(roll, "w")) == 8  # what was heard, in another colour than the rest
    assert len(notes(roll, "m")) == 12
    go(app, "home")
    assert app.header[0].value == home_texts.HOME_PIECE.format(seed=12)

    press(app, "koe-undo")
    assert app.session_state["koe_piece"] == before
    # And what is saved now holds the same as what was opened.
    press(app, "koe-redo")
    kept = unpack_project(memory(app)["project"])
    assert (kept.piece, kept.measure, kept.takes, kept.shown) == (melody, 2, project.takes, ("t1",))
    assert kept.latents == {"ae1": (0.5,) * 16}  # of no model that is not here


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[" * 50_000,
        b'{"koe": "project", "version": 99}',
        b'{"koe": "project", "version": 1, "pieces": [{"steps": 1e9}]}',
    ],
)
def test_a_bad_project_changes_nothing_and_is_answered(app, data):
    go(app, "your_piece")
    before = app.session_state["koe_piece"]
    open_file(app, data)
    (sentence,) = toasts(app)
    assert sentence.endswith(("\\.", ".", "there\\."))
    assert app.session_state["koe_piece"] == before
    assert disabled(app) == (True, True)
    assert not app.error


def test_settings_that_no_control_allows_are_left_out(app, melody):
    wild = {"home_seed": 10**12, "continue-seed": -4, "chord": "H9", "continued": "x", "visit": 7, "fill-seed": "7"}
    open_file(app, write_project(Project(melody, 9999, settings=wild)))
    for page in ("home", "your_piece", "continue", "latent_space"):
        go(app, page)
        assert not app.error
    assert app.session_state["koe_kept_continue-seed"] >= 0


def test_start_over_asks_and_leaves_nothing_of_the_one_before(app, melody):
    settings = {"home_seed": 3, "chord": "A2 C3", "continue-seed": 99, "gap-first": 2, "to-piece": "bach-musette"}
    open_file(app, write_project(Project(melody, settings=settings)))
    press(app, "koe-project-new")
    assert app.session_state["koe_piece"] == melody, "nothing is deleted before one is sure"
    press(app, "koe-project-clear")
    assert app.session_state["koe_piece"] == cached_studio.demo_piece(cached_studio.demo_pieces()[0].slug)
    assert app.title[0].value == home_texts.HOME_TITLE
    assert disabled(app) == (True, True)
    assert memory(app)["project"] == memory(app)["line"] == ""
    assert memory(app)["cleared"]
    send(app, "koe_keeping", "undo", True)  # as by a key
    assert app.session_state["koe_piece"] != melody
    go(app, "continue")
    assert app.text_input(key="chord-names").value == "C3 G3 C4 E4 G4"
    assert not any(name in app.session_state for name in ("koe_kept_gap-first", "koe_kept_to-piece"))


def follow(app, text):
    app.query_params["k"] = text
    app.run()
    assert not app.exception
    return app


def test_a_link_is_made_at_a_press_and_opened_anywhere(app, melody):
    go(app, "your_piece")
    app.file_uploader(key="your-upload").set_value(("melody.mid", write_midi(melody), "audio/midi")).run()
    assert not sent_to(app, "koe_link")
    press(app, "your-link")
    (sent,) = sent_to(app, "koe_link")
    text = sent["address"].partition("?k=")[2]
    link = decode(text)
    assert link.notes == melody.notes
    assert "<svg" in sent["svg"]
    # Once the piece is another one, the link is gone until it is asked for.
    box = app.selectbox(key="demo")
    box.select(box.options[1]).run()
    assert not sent_to(app, "koe_link")

    follow(app, text)
    assert app.title[0].value == words.SHARED_TITLE
    (roll,) = rolls(app)
    assert [(note.step, note.pitch) for note in notes(roll)] == [(note.step, note.pitch) for note in melody.notes]
    press(app, "shared-use")
    assert app.session_state["koe_piece"] == melody


def test_a_vector_s_link_names_its_model(app):
    studio = cached_studio.studio()
    text = make_link(studio, studio.piece_from_latents([0.5] * 16, "ae1", 0.3, qpm=96.0, title="Sixteen halves"))
    follow(app, text)
    assert app.header[0].value == "Sixteen halves"
    captions = [caption.value for caption in app.caption]
    assert words.SHARED_SAME.format(model="AE1") in captions
    assert "From 16 numbers by AE1; keys sound from 0.3 on." in captions
    # To have followed a link is nothing to undo.
    assert disabled(app) == (True, True)


@pytest.mark.parametrize("text", ["AAAA", "<script>", "A" * 9000])
def test_a_bad_link_gets_a_sentence_and_a_way_on(app, text):
    follow(app, text)
    (error,) = app.error
    assert "link" in error.value
    assert app.get("page_link")


def test_a_piece_too_long_for_a_link_is_offered_as_a_project(app):
    pitches = np.random.default_rng(1).integers(21, 109, 3000).tolist()
    notes = tuple(note_at_step(step, pitch, 1 + pitch % 5) for step, pitch in enumerate(pitches))
    go(app, "your_piece")
    app.file_uploader(key="your-upload").set_value(
        ("l.mid", write_midi(Piece.on_steps(notes, 3010)), "audio/midi")
    ).run()
    press(app, "your-link")
    (info,) = app.info
    assert "does not fit into a link" in info.value
    assert not sent_to(app, "koe_link")
    assert any(button.key == "your-project" for button in app.get("download_button"))


def test_takes_are_remembered_with_what_made_them(app, monkeypatch):
    made = Piece.on_steps((note_at_step(0, 60, 4), note_at_step(4, 62, 4)), 32).by(
        "lstm1", 7, {"way": "composed at one press"}
    )
    monkeypatch.setattr(cached_studio, "compose", lambda seed: made)
    press(app, "compose")
    kept = unpack_project(memory(app)["project"])
    (take,) = kept.takes
    assert (take.piece, take.piece.made_by) == (made, made.made_by)
    assert json.loads(write_project(kept))["takes"][0]["id"] == "t1"
    assert read_project(write_project(kept)) == kept
