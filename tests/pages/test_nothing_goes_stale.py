"""After another piece, a project, a reload, an undoing or another language, all pages say and use what is current."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from koe.models.sampling import Sampling
from koe.music.midi import write_midi
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece
from koe.projects.reading import unpack_project
from koe.projects.schema import Project
from koe.projects.writing import write_project
from koe.studio import Studio
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import pages as texts
from koe.web.texts import session as words
from tests.fakes import as_declared
from tests.pages.conftest import APP, Counting, FakeStudio, card
from tests.pages.players import notes, rolls, send, sent_to


def tune(title: str, lowest: int, n_steps: int = 256) -> Piece:
    """A tune that no other has a note in common with."""
    made = tuple(note_at_step(step, lowest + step // 4 % 7, 4) for step in range(0, n_steps, 4))
    return Piece.on_steps(made, n_steps, 90.0, title=title)


FIRST, SECOND, THIRD = tune("First tune", 40), tune("Second tune", 60), tune("Third tune", 80)


@pytest.fixture(autouse=True)
def filling(calls, monkeypatch):
    def fill_gap(self, piece, first, n_measures, hand, model, seed, n_fillings, sampling, *, progress):
        found = (replace(piece, notes=(*piece.notes[:-1], Note(piece.n_ticks - 24, 21 + k, 24))) for k in range(2))
        return tuple(one.by(model, seed, filling=number) for number, one in enumerate(found))

    plain = FakeStudio.continue_piece

    def continue_piece(self, *given, **options):  # which is a take, as a network's is
        how = {**asdict(Sampling()), "guard": True, "steps": 256, "variations": 1, "variation": 1}
        return tuple(piece.by("lstm1", 7, how) for piece in plain(self, *given, **options))

    monkeypatch.setattr(FakeStudio, "continue_piece", continue_piece)
    monkeypatch.setattr(FakeStudio, "fillers", lambda self: (card("lstm2", "continuation", hears_onsets=True),))
    monkeypatch.setattr(FakeStudio, "fill_gap", as_declared(Studio.fill_gap, fill_gap))


def go(app, page: str):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    assert not app.error
    return app


def said(app) -> str:
    return "\n".join(element.value for element in [*app.title, *app.header, *app.markdown, *app.caption])


def struck(roll: dict) -> list[tuple[float, int]]:
    return sorted((note.onset, note.pitch) for note in notes(roll, "wmbo"))


def of(piece: Piece) -> list[tuple[float, int]]:
    return sorted((note.onset, note.pitch) for note in piece.notes)


def walk(app, piece: Piece, measure: int = 1, second: Piece | None = None) -> None:
    """Look at every page, and compare what it says with the notes that it has."""
    title, excerpt = texts.escape(piece.title), state.excerpt(piece, measure)

    go(app, "your_piece")
    assert app.header[0].value == title
    whole, segment = rolls(app)
    assert (struck(whole), struck(segment)) == (of(piece), of(excerpt))
    assert all(piece.title in roll["title"] for roll in (whole, segment))
    named = app.selectbox(key="demo").value
    assert named is None or cached_studio.demo_piece(named.slug) == piece

    go(app, "reconstruct")
    assert title in said(app)
    assert struck(rolls(app)[0]) == of(excerpt)

    go(app, "latent_space")
    assert title in said(app)
    (panel,) = sent_to(app, "koe_latents")
    segment_of_piece = cached_studio.studio().segment(piece, measure)
    assert np.allclose(panel["latents"], Counting((-1, 1)).encode(segment_of_piece[None])[0])

    app.session_state["blend-by"] = "fade"
    go(app, "interpolate")
    box = app.selectbox(key="from-choice")
    assert piece.title in box.options[0]
    for weight, end, place in ((0.0, excerpt, "from"), (1.0, second, "to")):
        app.slider(key="blend").set_value(weight).run()
        roll = rolls(app)[0]
        if end is not None:
            assert struck(roll) == of(state.excerpt(end, 1) if end is second else end)
            shown = app.selectbox(key=f"{place}-choice")
            label = shown.options[shown.index] if shown.index is not None else ""
            assert end.title in label
            assert end.title in roll["title"]
    app.slider(key="blend").set_value(0.5).run()

    app.session_state["continue-start"] = "segment"
    go(app, "continue")
    assert title in said(app)
    assert not rolls(app), "what was written after another piece is gone"

    go(app, "fill")
    assert title in said(app)
    assert not rolls(app), "and what was found in it"


def bring(app, key: str, piece: Piece):
    app.file_uploader(key=key).set_value(("tune.mid", write_midi(piece), "audio/midi")).run()
    assert not app.exception
    return app


@pytest.fixture
def busy(app, calls):
    """A visitor who brought two pieces, and did something with the first on every page."""
    go(app, "your_piece")
    bring(app, "your-upload", FIRST)
    app.slider(key="your-measure").set_value(5).run()
    go(app, "latent_space")
    app.button(key="latent-set-4").click().run()
    go(app, "interpolate")
    bring(app, "to-upload", SECOND)
    go(app, "continue")
    app.segmented_control(key="continue-start").set_value("segment").run()
    app.button(key="continue-go").click().run()
    assert rolls(app)
    go(app, "fill")
    app.button(key="fill-go").click().run()
    assert len(rolls(app)) == 2
    return app


def memory(app) -> dict:
    (sent,) = sent_to(app, "koe_keeping")
    return sent


def reloaded(app, **changed) -> AppTest:
    """A page that is loaded anew, in a browser that gives back what it was given."""
    found = {"project": memory(app)["project"], "line": memory(app)["line"]} | changed
    fresh = AppTest.from_file(APP, default_timeout=300).run()
    return send(fresh, "koe_keeping", "found", found)


def pick(app):
    go(app, "your_piece")
    return bring(app, "your-upload", THIRD)


def opened(app):
    file = ("p.koe.json", write_project(Project(THIRD)), "application/json")
    app.file_uploader(key="koe-project-open").set_value(file).run()
    return app


def reloaded_with_another(app):
    return reloaded(pick(app))


def picked_and_taken_back(app):
    pick(app)
    app.button(key="koe-undo").click().run()
    app.button(key="koe-redo").click().run()
    return app


def in_german(app):
    pick(app)
    app.button(key="koe-language").click().run()
    return app


@pytest.mark.parametrize("event", [pick, opened, reloaded_with_another, picked_and_taken_back, in_german])
def test_after_any_event_every_page_says_and_uses_the_piece_that_is_current(busy, event):
    app = event(busy)
    assert app.session_state["koe_piece"] == THIRD
    walk(app, THIRD, second=None if event is opened else SECOND)


def test_a_reload_keeps_all_that_belongs_to_the_piece(busy):
    app = reloaded(busy)
    assert (app.session_state["koe_piece"], app.session_state["koe_measure"]) == (FIRST, 5)
    go(app, "latent_space")
    assert sent_to(app, "koe_latents")[0]["latents"] == [0.0] * 16
    go(app, "interpolate")
    assert app.selectbox(key="to-choice").value == "uploaded"
    assert (app.slider(key="from-measure-slider").value, app.slider(key="to-measure-slider").value) == (5, 1)
    for page, n_results in (("continue", 1), ("fill", 2)):
        go(app, page)
        assert len(rolls(app)) == n_results


def test_results_of_another_way_to_begin_or_another_task_do_not_stay(busy):
    busy.segmented_control(key="fill-task").set_value("harmony").run()
    assert not rolls(busy)
    busy.segmented_control(key="fill-task").set_value("gap").run()
    assert len(rolls(busy)) == 2
    go(busy, "continue")
    assert len(rolls(busy)) == 1
    busy.segmented_control(key="continue-start").set_value("nothing").run()
    assert not rolls(busy)


def test_another_segment_moves_the_sliders_and_the_way_begins_there(busy):
    go(busy, "interpolate")
    busy.slider(key="from-measure-slider").set_value(2).run()
    assert busy.slider(key="from-measure-slider").value == 2
    go(busy, "reconstruct")
    busy.slider(key="reconstruct-measure").set_value(9).run()
    go(busy, "latent_space")
    segment = cached_studio.studio().segment(FIRST, 9)
    assert np.allclose(sent_to(busy, "koe_latents")[0]["latents"], Counting((-1, 1)).encode(segment[None])[0])
    go(busy, "interpolate")
    assert busy.slider(key="from-measure-slider").value == 9


def test_what_was_done_before_a_reload_can_be_undone_after_it(busy):
    pick(busy)
    app = reloaded(busy)
    assert app.session_state["koe_piece"] == THIRD
    assert words.RESTORED in [toast.value for toast in app.toast]
    app.button(key="koe-undo").click().run()
    assert app.session_state["koe_piece"] == FIRST
    go(app, "fill")
    assert len(rolls(app)) == 2
    app.button(key="koe-undo").click().run()
    assert not rolls(app)
    app.button(key="koe-redo").click().run()
    assert len(rolls(app)) == 2
    for _ in range(20):
        if not app.button(key="koe-undo").disabled:
            app.button(key="koe-undo").click().run()
    assert app.session_state["koe_piece"] == cached_studio.demo_piece(cached_studio.demo_pieces()[0].slug)
    # And what is to be done again is there after one more reload.
    again = reloaded(app, project=memory(busy)["project"]) if not memory(app)["project"] else reloaded(app)
    assert not again.button(key="koe-redo").disabled


@pytest.mark.parametrize("line", ["", "damaged", "AAAA", 7, None])
def test_where_that_is_damaged_there_is_still_the_project(busy, line):
    app = reloaded(busy, line=line)
    assert app.session_state["koe_piece"] == FIRST
    assert not app.error


def test_a_line_holds_each_piece_once(busy):
    for _ in range(3):
        pick(busy)
        go(busy, "your_piece")
        bring(busy, "your-upload", FIRST)
    assert len(memory(busy)["line"]) < 3 * len(memory(busy)["project"])
    assert unpack_project(memory(busy)["project"]).piece == FIRST
