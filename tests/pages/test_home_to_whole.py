"""What was found for a part comes home within the whole: seen, taken as one's piece, and in every download."""

from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from koe.music.midi import read_midi, write_midi
from koe.music.notes import Note
from koe.music.piece import Pedal, Piece, Tempo
from koe.studio import Studio
from koe.studio.kept_notes import in_place
from koe.web.result import result
from koe.web.session import places, state
from koe.web.texts import pages as texts
from tests.fakes import as_declared
from tests.pages.conftest import APP, FakeStudio, card
from tests.pages.players import choosers, notes, rolls, send, sent_to


def performance() -> Piece:
    """Eight measures in many velocities, with the pedal, rubato, and notes a little off their places."""
    rng = np.random.default_rng(7)
    played = [
        Note(12 * n, 48 + int(rng.integers(0, 30)), 10, int(rng.integers(20, 120)), *map(int, rng.integers(-9, 10, 2)))
        for n in range(64)
    ]
    played[0] = replace(played[0], shift=3)
    held = [Note(96 * measure + 48, 36, 96, 40 + measure, 2, -4) for measure in range(7)]  # over every bar line
    tempos = (Tempo(0, 80.0), *(Tempo(480 * beat, 80.0 + beat % 7) for beat in range(1, 32)))
    pedal = tuple(Pedal(240 * n + 5, 127 * (n % 2)) for n in range(1, 60))
    return Piece(tuple(sorted([*played, *held])), 768, tempos, pedal=pedal, title="Rubato")


@pytest.fixture
def taken(calls, monkeypatch):
    """Pieces that the menus of downloads were given."""
    found: list[Piece] = []
    real = result.downloads

    def downloads(piece, *others):
        found.append(piece)
        real(piece, *others)

    monkeypatch.setattr(result, "downloads", downloads)

    def fill_gap(self, piece, first, n_measures, hand, model, seed, n_fillings, sampling, *, progress):
        start, stop = places.ticks_of(piece, first, n_measures)
        kept = [note for note in piece.notes if not start <= note.onset < stop]
        return tuple(
            replace(piece, notes=tuple(sorted([*kept, Note(start, 90 + number, 24, 70)]))).by(
                model, seed, filling=number
            )
            for number in range(n_fillings)
        )

    def harmonise(self, melody, model, seed, n_fillings, sampling, *, progress):
        below = Note(0, 36, melody.n_ticks, 50), Note(0, 40, 24, 50)
        return tuple(
            replace(melody, notes=tuple(sorted([*melody.notes, *below]))).by(model, seed, filling=number)
            for number in range(n_fillings)
        )

    monkeypatch.setattr(FakeStudio, "fillers", lambda self: (card("lstm2", "continuation", hears_onsets=True),))
    monkeypatch.setattr(FakeStudio, "fill_gap", as_declared(Studio.fill_gap, fill_gap))
    monkeypatch.setattr(FakeStudio, "harmonise", as_declared(Studio.harmonise, harmonise))
    return found


@pytest.fixture
def page(taken):
    app = AppTest.from_file(APP, default_timeout=300).run()
    app.session_state["koe_piece"] = performance()
    return app


def outside(piece: Piece, part: tuple[int, int]) -> list[Note]:
    return [note for note in piece.notes if not part[0] <= note.onset < part[1]]


@pytest.mark.parametrize("task", ["gap", "harmony"])
def test_a_filled_part_comes_home_within_the_whole(page, taken, task):
    before = performance()
    page.switch_page("pages/fill.py").run()
    page.segmented_control(key="fill-task").set_value(task).run()
    page.button(key="fill-go").click().run()
    assert not page.exception
    part = (288, 480) if task == "gap" else (0, 384)
    assert [roll["segment"] for roll in rolls(page)] == [list(part)] * 4
    for roll in rolls(page):  # all of the piece is in sight
        assert roll["n_ticks"] == before.n_ticks
        assert len(notes(roll, "b")) >= len(outside(before, part))
    for piece in taken[-4:]:
        file = read_midi(write_midi(piece))
        assert outside(file, part) == outside(before, part), "velocities, lengths and places included"
        assert (file.tempos, file.pedal, file.n_ticks) == (before.tempos, before.pedal, before.n_ticks)
        assert set(file.notes) != set(before.notes)
    page.button(key="filled-1-2-use").click().run()
    assert page.session_state["koe_piece"] == taken[1]

    # The excerpt is the second choice, and still gives the whole to be one's own.
    page.segmented_control(key="fill-view").set_value("part").run()
    assert max(piece.n_ticks for piece in taken[-4:]) < before.n_ticks
    page.button(key="filled-1-3-use").click().run()
    assert page.session_state["koe_piece"].n_ticks == before.n_ticks


def test_a_network_goes_on_from_all_of_the_piece_or_from_a_measure(page, taken, calls):
    before = performance()
    page.switch_page("pages/continue.py").run()
    page.segmented_control(key="continue-start").set_value("segment").run()
    page.button(key="continue-go").click().run()
    assert calls.continued[-1]["prompt"] == before
    assert taken[-1].n_steps == before.n_steps + calls.continued[-1]["n_steps"]
    page.slider(key="continue-after-slider").set_value(3).run()
    page.button(key="continue-go").click().run()
    assert calls.continued[-1]["prompt"] == before.slice(0, 288)
    page.segmented_control(key="continue-view").set_value("part").run()
    assert taken[-1].n_steps == calls.continued[-1]["n_steps"]
    page.button(key="continued-2-1-use").click().run()
    assert page.session_state["koe_piece"].n_steps == 48 + calls.continued[-1]["n_steps"]
    assert not page.exception


def test_a_harmonised_tune_is_put_where_it_was_cut_out():
    tune = Note(96, 72, 48, 90, 3, -2), Note(144, 74, 60, 33, -1, 7)  # the last one sounds on behind the stretch
    held, later = Note(90, 40, 60, 50), Note(200, 45, 20, 60)
    piece = Piece(tuple(sorted([*tune, held, Note(96, 50, 96, 44), later])), 288, (Tempo(0, 70.0),), title="A tune")
    top = piece.slice(96, 192).melody()
    found = Note(0, 40, 48, 50), Note(60, 40, 36, 50), Note(50, 45, 46, 50)
    harmonised = replace(top, notes=tuple(sorted([*top.notes, *found])), title="A tune, harmonised")
    whole = in_place(piece, (96, 192), top, harmonised)
    assert {held, later, *tune} <= set(whole.notes)
    assert Note(96, 50, 96, 44) not in whole.notes, "what stood below the tune makes room"
    new = set(whole.notes) - {held, later, *tune}
    assert new == {Note(156, 40, 36, 50), Note(146, 45, 46, 50)}, "a key that is down is not struck"
    assert whole.title == "A tune, harmonised"


def test_places_stay_within_the_piece_and_begin_anew_with_another(page):
    short = performance().slice(0, 96)
    assert places.within(short, 5, 9) == (1, 1)
    page.switch_page("pages/fill.py").run()
    page.session_state["koe_kept_gap-first"] = 7
    page.session_state["koe_kept_latents-ae1"] = np.ones(16)
    page.switch_page("pages/your_piece.py").run()
    box = page.selectbox(key="demo")
    box.select(box.options[3]).run()
    assert "koe_kept_gap-first" not in page.session_state
    assert "koe_kept_latents-ae1" not in page.session_state
    assert set(state.PLACES) >= {"gap-first", "continue-after"}


def test_what_is_dragged_on_the_roll_is_what_happens(page, calls):
    page.switch_page("pages/fill.py").run()
    (roll,) = choosers(page)
    assert (roll["choose"]["kind"], roll["choose"]["first"], roll["choose"]["n"]) == ("stretch", 4, 2)
    send(page, "koe_player", "choose", [2, 5])
    assert (choosers(page)[0]["choose"]["first"], choosers(page)[0]["choose"]["n"]) == (2, 5)
    (slider,) = (one for one in page.slider if one.key.startswith("gap-stretch"))
    assert slider.value == (2, 6)
    slider.set_value((3, 4)).run()  # and the other way round
    assert (choosers(page)[0]["choose"]["first"], choosers(page)[0]["choose"]["n"]) == (3, 2)
    page.button(key="fill-go").click().run()
    assert {tuple(roll["segment"]) for roll in rolls(page)} == {(192, 384)}

    page.switch_page("pages/continue.py").run()
    page.segmented_control(key="continue-start").set_value("segment").run()
    assert (choosers(page)[0]["choose"]["kind"], choosers(page)[0]["choose"]["n"]) == ("end", 8)
    send(page, "koe_player", "choose", [1, 5])
    page.button(key="continue-go").click().run()
    assert calls.continued[-1]["prompt"] == performance().slice(0, 480)

    page.switch_page("pages/latent_space.py").run()
    chooser = choosers(page)[0]
    assert (chooser["choose"]["kind"], chooser["bare"]) == ("move", True)


@pytest.mark.parametrize("nonsense", [[0, 2], [2], "2", [2, 99], [2.5, 1], None, [True, True]])
def test_nonsense_from_a_browser_chooses_nothing(page, nonsense):
    page.switch_page("pages/fill.py").run()
    before = choosers(page)[0]["choose"]
    send(page, "koe_player", "choose", nonsense)
    assert choosers(page)[0]["choose"] == before


def test_after_a_piece_one_lets_it_go_on_has_another_or_shares_it(page, calls):
    page.switch_page("pages/home.py").run()
    page.button(key="compose").click().run()
    assert texts.WHAT_NEXT in [caption.value for caption in page.caption]
    first = page.session_state["koe_kept_home_seed"]
    page.button(key="home-another").click().run()
    assert page.session_state["koe_kept_home_seed"] != first
    page.button(key="home-share-link").click().run()
    assert sent_to(page, "koe_link")
    (roll,) = rolls(page)
    page.button(key="home-goes-on").click().run()
    assert not page.exception
    assert page.title[0].value == "Continue"
    assert calls.continued[-1]["prompt"] == page.session_state["koe_piece"]
    assert [(note.onset, note.pitch) for note in notes(roll)] == [
        (note.onset, note.pitch) for note in page.session_state["koe_piece"].notes
    ]
    # Going on from there once more is another one, from the same beginning.
    page.switch_page("pages/continue.py").run()  # where the page has led already
    seed = calls.continued[-1]["seed"]
    page.button(key="continue-seed-like").click().run()
    assert calls.continued[-1]["seed"] != seed
    assert calls.continued[-1]["prompt"].n_steps == page.session_state["koe_piece"].n_steps


def test_what_one_did_is_confirmed_where_one_did_it(page):
    page.switch_page("pages/home.py").run()
    page.button(key="compose").click().run()
    page.button(key="home-use").click().run()
    assert texts.USED in [toast.value for toast in page.toast]
    page.switch_page("pages/your_piece.py").run()
    assert not page.toast
