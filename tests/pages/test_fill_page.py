"""The page that fills gaps: what is asked of the studio, and what a visitor gets of it."""

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from koe.errors import InputError
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece
from koe.projects.reading import unpack_project
from koe.projects.schema import Project, Take
from koe.projects.writing import write_project
from koe.studio import Studio
from koe.web.texts import fill as fill_texts
from tests.fakes import as_declared
from tests.pages.conftest import APP, FakeStudio, card
from tests.pages.players import notes, rolls, sent_to, sounds


@pytest.fixture
def asked(calls, monkeypatch):
    """Put a studio behind the app that can fill, and give what was asked of it."""
    record = []

    def fill_gap(
        self, piece, first, n_measures, hand, model, seed, n_fillings, sampling, *, progress, should_stop=None
    ):
        if calls.fail:
            raise calls.fail
        record.append(("gap", first, n_measures, hand, model, seed))
        progress(1, 1)
        return tuple(
            replace(piece, notes=(note_at_step(0, 60 + number, 4),)).by(model, seed, filling=number)
            for number in range(n_fillings)
        )

    def harmonise(self, melody, model, seed, n_fillings, sampling, *, progress, should_stop=None):
        record.append(("harmony", melody, model, seed))
        return tuple(melody.by(model, seed, filling=number) for number in range(n_fillings))

    monkeypatch.setattr(FakeStudio, "fillers", lambda self: (card("lstm2", "continuation", hears_onsets=True),))
    monkeypatch.setattr(FakeStudio, "fill_gap", as_declared(Studio.fill_gap, fill_gap))
    monkeypatch.setattr(FakeStudio, "harmonise", as_declared(Studio.harmonise, harmonise))
    return record


@pytest.fixture
def page(asked):
    app = AppTest.from_file(APP, default_timeout=300).run()
    return app.switch_page("pages/fill.py").run()


def headers(app):
    return [heading.value for heading in app.header]


def test_where_no_model_can_fill_there_is_no_such_page(app):
    with pytest.raises(ValueError, match="fill"):
        app.switch_page("pages/fill.py").run()


def test_four_ways_and_the_one_that_is_taken(page, asked):
    page.button(key="fill-go").click().run()
    assert not page.exception
    kind, first, n_measures, hand, model, _ = asked[0]
    assert (kind, n_measures, hand, model) == ("gap", 2, "both", "lstm2")
    piece = page.session_state["koe_piece"]
    assert first > 1, "something stands before the gap"
    assert first + n_measures - 1 < piece.n_measures, "and after it"
    assert headers(page) == [fill_texts.FILLING_NUMBER.format(number=number) for number in range(1, 5)]
    page.button(key="filled-1-3-use").click().run()
    page.switch_page("pages/your_piece.py").run()
    assert not page.exception
    assert any("1 note " in caption.value for caption in page.caption)


def test_hand_measures_and_seed_are_handed_on(page, asked):
    page.segmented_control(key="fill-hand").set_value("left").run()
    slider = next(slider for slider in page.slider if slider.label == fill_texts.FILL_MEASURES)
    slider.set_value((1, 3)).run()
    page.number_input(key="fill-seed-number").set_value(77).run()
    page.button(key="fill-go").click().run()
    assert asked == [("gap", 1, 3, "left", "lstm2", 77)]


def test_a_tune_is_harmonised(page, asked):
    page.segmented_control(key="fill-task").set_value("harmony").run()
    page.button(key="fill-go").click().run()
    assert not page.exception
    kind, melody, *_ = asked[0]
    assert kind == "harmony"
    onsets = [note.step for note in melody.notes]
    assert len(onsets) == len(set(onsets))  # one voice


def test_what_goes_wrong_is_said_in_a_sentence(page, calls):
    calls.fail = InputError("A gap has at most 256 sixteenths, but these measures have 300; take fewer.")
    page.button(key="fill-go").click().run()
    assert not page.exception
    assert any("take fewer" in error.value for error in [*page.error, *page.warning])


def kept(page):
    (sent,) = sent_to(page, "koe_keeping")
    return unpack_project(sent["project"])


@pytest.mark.parametrize("task", ["gap", "harmony"])
def test_what_was_found_is_there_again_after_a_reload(page, asked, task):
    page.segmented_control(key="fill-task").set_value(task).run()
    page.number_input(key="fill-seed-number").set_value(77).run()
    page.button(key="fill-go").click().run()
    page.button(key="fill-go").click().run()  # the same seed finds the same
    before = kept(page)
    seen, headings = [notes(roll) for roll in rolls(page)], headers(page)
    if task == "gap":
        assert [take.piece.notes[0].pitch for take in before.takes] == [60, 61, 62, 63]
    assert [(take.piece.made_by.seed, dict(take.piece.made_by.settings)["filling"]) for take in before.takes] == [
        (77, str(number)) for number in range(4)
    ]
    assert before.shown == tuple(take.id for take in before.takes)

    fresh = AppTest.from_file(APP, default_timeout=300).run()
    file = ("mine.koe.json", write_project(before), "application/json")
    fresh.file_uploader(key="koe-project-open").set_value(file).run()
    fresh.switch_page("pages/fill.py").run()
    assert not fresh.exception
    assert [notes(roll) for roll in rolls(fresh)] == seen
    assert headers(fresh) == headings
    assert not any(sound["autoplay"] for sound in sounds(fresh))
    assert (kept(fresh).takes, kept(fresh).shown) == (before.takes, before.shown)
    # They are no continuations, but can be gone on from.
    fresh.switch_page("pages/continue.py").run()
    assert not fresh.exception
    assert not rolls(fresh)


@pytest.mark.parametrize(
    "wrong", [{"filled-to": 0}, {"filled-to": 10**6}, {"filled-from": "1"}, {"filled-task": 3}, None]
)
def test_a_project_whose_fillings_do_not_fit_shows_none(page, asked, wrong):
    page.button(key="fill-go").click().run()
    before = kept(page)
    settings = {**before.settings, **wrong} if wrong is not None else {}
    data = write_project(Project(**{**vars(before), "settings": settings}))
    page.file_uploader(key="koe-project-open").set_value(("p.koe.json", data, "application/json")).run()
    assert not page.exception
    assert not rolls(page)


def test_a_gap_has_the_numbers_that_the_score_prints(page, asked):
    page.session_state["koe_piece"] = replace(page.session_state["koe_piece"], upbeat=24)
    page.run()
    slider = next(slider for slider in page.slider if slider.label == fill_texts.FILL_MEASURES)
    slider.set_value((3, 4)).run()
    page.button(key="fill-go").click().run()
    assert [(first, n_measures) for _, first, n_measures, *_ in asked] == [(4, 2)]
    assert {roll["first_measure"] for roll in rolls(page)} == {0}
    page.segmented_control(key="fill-view").set_value("part").run()
    assert {roll["first_measure"] for roll in rolls(page)} == {1}
    assert not page.exception


def test_the_page_says_how_many_notes_are_heard_moved(page):
    page.session_state["koe_piece"] = Piece(tuple(Note(8 * n, 60 + n % 3, 8) for n in range(64)), 512)
    page.run()
    assert [caption.value for caption in page.caption if "hears them moved" in caption.value] == [
        ":material/info: 42 of 64 notes lie between sixteenths; LSTM2 hears them moved."
    ]


@pytest.mark.parametrize("task", ["gap", "harmony"])
def test_a_project_from_when_excerpts_were_kept_shows_them_in_the_whole(page, asked, task):
    """Such a project had an excerpt of what was before, the number of its first measure, and of a harmony the tune."""
    piece = page.session_state["koe_piece"]
    lines = piece.measure_onsets
    start, stop = lines[2], lines[5]
    if task == "gap":
        kept_notes = tuple(note for note in piece.notes if not start <= note.onset < stop)
        made, before = replace(piece, notes=kept_notes), piece.slice(start, stop)
    else:
        before = piece.slice(start, stop).melody()
        made = replace(before, notes=(*before.notes, Note(0, 21, 24)))
    take = Take("t1", made.by("lstm2", 7, filling=0), 0)
    others, settings = {"filled-before": before}, {"filled-first": 2 + piece.first_number, "fill-task": task}
    data = write_project(Project(piece, takes=(take,), shown=("t1",), others=others, settings=settings))
    page.file_uploader(key="koe-project-open").set_value(("p.koe.json", data, "application/json")).run()
    assert not page.exception
    (roll,) = rolls(page)
    assert (roll["n_ticks"], roll["segment"]) == (piece.n_ticks, [start, stop])
    assert notes(roll, "b")
