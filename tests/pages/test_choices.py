"""What is chosen on the pages comes back with a project, and what no control allows does not."""

import ast
from pathlib import Path

import pytest

from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.projects.reading import unpack_project
from koe.projects.schema import Project
from koe.projects.writing import write_project
from koe.web.session import saved_controls
from tests.pages.test_keeping import disabled, go, memory, open_file, press

ROOT = Path(__file__).resolve().parents[2]
CHOSEN = {
    "continue-steps": 128,
    "temperature": 1.25,
    "continue-guard": False,
    "variations": 3,
    "interpolate-one-key": True,
    "interpolate-way": "circle",
    "blend": 0.25,
    "path-stops": 7,
    "reconstruct-threshold-pca": 0.66,
    "latent-model": "pca",
    "latent-threshold-pca": 0.12,
}
WILD = {
    "continue-steps": 127,
    "temperature": 99.0,
    "continue-guard": 1,
    "variations": True,
    "interpolate-way": "detour",
    "blend": "0.5",
    "blend-by": "retold",  # which no model here can
    "path-stops": 2.5,
    "reconstruct-threshold-ae1": -0.1,
    "reconstruct-threshold-ae9": 0.5,
    "latent-model": "lstm1",
}
MELODY = Piece.on_steps((note_at_step(0, 60, 8), note_at_step(8, 62, 8)), 64)


def widgets(app):
    kinds = app.slider, app.select_slider, app.toggle, app.segmented_control
    return {widget.key: widget for kind in kinds for widget in kind if widget.key}


def test_controls_are_those_of_the_pages(app):
    known, seen = saved_controls.controls(), {}
    for page in ("reconstruct", "latent_space", "interpolate", "continue"):
        seen |= widgets(go(app, page))
    for key in known.keys() & seen.keys():
        control, widget = known[key], seen[key]
        assert widget.value == control.default, key
        if key == "continue-steps":  # said in minutes
            assert len(widget.options) == (control.high - control.low) // control.step + 1
        elif isinstance(control, saved_controls.Slider | saved_controls.Count):
            assert (widget.min, widget.max) == (control.low, control.high), key
        elif isinstance(control, saved_controls.Options):
            assert len(widget.options) == len(control.words), key
    # How pieces are played is chosen at each of them. Those of other models, of another way to write, and of a page
    # that is not here.
    hidden = ("continue-view", "continue-threshold", "continue-top-p", "continue-density", "continue-holding")
    missing = {
        key for key in known.keys() - seen.keys() if not key.startswith(("fill-", "playing")) and key not in hidden
    }
    # Of networks that write in time, or tell rhythm from harmony, which the fake has not.
    moving = {"latent-variation", "latent-liken-amount", "interpolate-respect"}
    assert missing == {"latent-threshold-pca", "interpolate-threshold-pca", *moving}


def test_only_controls_that_are_declared_keep_a_choice():
    """A widget that persists is drawn by `koe.web.controls`, or is none that projects hold."""
    files = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("koe/web/**/*.py")]
    calls = [
        f"{file.relative_to(ROOT)}: {ast.unparse(node.func)}"
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and any(word.arg == "persist_state" for word in node.keywords)
    ]
    elsewhere = {call for call in calls if not call.startswith("koe/web/controls.py: ")}
    # An epoch, a matrix of weights, a guess at an experiment, the order of a list of what others made: what there is to
    # choose comes with what is shown.
    assert elsewhere == {
        "pages/tour.py: st.radio",
        "koe/web/gallery/show.py: st.segmented_control",
        "koe/web/models_page/playing.py: st.segmented_control",
        "koe/web/models_page/playing.py: st.select_slider",
        "koe/web/models_page/evolution.py: st.select_slider",
        "koe/web/models_page/learning.py: st.selectbox",
    }


def test_choices_stand_in_the_controls_after_a_reload_and_are_nothing_to_undo(app):
    go(app, "continue")
    app.slider(key="temperature").set_value(1.25).run()
    app.select_slider(key="continue-steps").set_value(128).run()
    go(app, "home")
    assert disabled(app) == (True, True)
    packed = memory(app)["project"]
    assert unpack_project(packed).settings.items() >= {"temperature": 1.25, "continue-steps": 128}.items()

    open_file(app, write_project(Project(MELODY)))  # which chose nothing
    go(app, "continue")
    assert app.slider(key="temperature").value == 1.0
    open_file(app, write_project(unpack_project(packed)))
    assert app.slider(key="temperature").value == 1.25
    assert app.select_slider(key="continue-steps").value == 128


def test_every_choice_of_a_file_is_shown_also_on_pages_that_nobody_saw_yet(app):
    open_file(app, write_project(Project(MELODY, settings=CHOSEN)))
    # Saved before those pages were seen, nothing is lost.
    assert unpack_project(memory(app)["project"]).settings.items() >= CHOSEN.items()
    seen = {}
    for page in ("reconstruct", "latent_space", "interpolate", "continue"):
        seen |= widgets(go(app, page))
    assert {key: seen[key].value for key in CHOSEN} == CHOSEN
    assert unpack_project(memory(app)["project"]).settings.items() >= CHOSEN.items()

    press(app, "koe-undo")
    assert app.slider(key="temperature").value == 1.0
    press(app, "koe-redo")
    assert app.slider(key="temperature").value == 1.25


def test_what_no_control_allows_is_left_out(app):
    go(app, "continue")
    open_file(app, write_project(Project(MELODY, settings=WILD)))
    for page in ("reconstruct", "latent_space", "interpolate", "continue"):
        seen = widgets(go(app, page))
        assert not app.error
        known = saved_controls.controls()
        assert all(seen[key].value == known[key].default for key in seen.keys() & known.keys())
    assert not unpack_project(memory(app)["project"]).settings.keys() & WILD.keys()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, [], "1", True, 3.01])
def test_a_slider_takes_only_its_numbers(value):
    assert saved_controls.Slider(0.1, 3.0, 1.0).fitting(value) is None


def test_a_whole_number_of_a_file_moves_a_slider_of_fractions():
    found = saved_controls.Slider(0.1, 3.0, 1.0).fitting(2)
    assert (found, type(found)) == (2.0, float)
