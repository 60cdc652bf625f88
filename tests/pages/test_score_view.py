"""A visitor asks for the score of a piece."""

import json
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from streamlit.delta_generator import DeltaGenerator

from koe.errors import Cancelled
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.scores.engrave import engrave
from koe.web.result.score_view import COMPONENT
from koe.web.texts import pages as texts


def pictures(app) -> list[tuple[str, str, str]]:
    """Width of screen, alternative text and SVG of the pages of a score that are shown."""
    return [
        (width, alt, drawing)
        for sheet in app.get("bidi_component")
        if sheet.proto.component_name == COMPONENT
        for width, pages in json.loads(sheet.proto.json)["pages"].items()
        for drawing, alt in pages
    ]


@pytest.fixture
def your_piece(app):
    return app.switch_page("pages/your_piece.py").run()


def switch(app):
    """The one under the whole piece; the segment below has its own."""
    return next(toggle for toggle in app.toggle if toggle.label == texts.SCORE_VIEW)


def test_the_score_is_engraved_when_it_is_asked_for_and_for_both_sizes_of_screen(your_piece):
    assert pictures(your_piece) == []
    app = switch(your_piece).set_value(True).run()
    assert not app.exception
    shown = pictures(app)
    assert {kind for kind, _, _ in shown} == {"wide", "narrow"}
    for _, alt, svg in shown:
        assert "G major, 3/4" in alt
        assert ElementTree.fromstring(svg).tag.endswith("svg")
    # Each size shows the whole piece: as many heads on the one as on the other.
    heads = {size: sum(svg.count('class="note"') for kind, _, svg in shown if kind == size) for size, _, _ in shown}
    assert len(set(heads.values())) == 1


def test_of_a_long_piece_only_the_beginning_is_engraved(app, monkeypatch):
    engraved = []
    monkeypatch.setattr(
        "koe.studio.exports.Exports.score_on_screen",
        lambda self, score, ink, narrow: engraved.append(len(score.measures)) or ["<svg/>"],
    )
    long = Piece.on_steps(tuple(note_at_step(16 * measure, 60, 16) for measure in range(2000)), 32_000)
    app.session_state["koe_piece"] = long
    app = app.switch_page("pages/your_piece.py").run()
    app = switch(app).set_value(True).run()
    assert not app.exception
    assert engraved == [200, 200]
    assert any(caption.value == texts.SCORE_CUT for caption in app.caption)
    assert all(texts.count(2000, "measure") in alt for _, alt, _ in pictures(app))
    app.run()
    assert len(engraved) == 2  # kept for the next run


def test_a_score_is_found_once_and_drawn_for_both_widths(your_piece, monkeypatch):
    found = []
    monkeypatch.setattr("koe.scores.engrave.engrave", lambda *made: found.append(made) or engrave(*made))
    app = switch(your_piece).set_value(True).run()
    assert not app.exception
    assert {kind for kind, _, _ in pictures(app)} == {"wide", "narrow"}
    assert len(found) == 1


def test_a_missing_engraver_is_said_in_a_sentence(your_piece, monkeypatch):
    monkeypatch.setitem(sys.modules, "verovio", None)
    app = switch(your_piece).set_value(True).run()
    assert not app.exception
    assert pictures(app) == []
    assert any("Verovio" in caption.value for caption in app.caption)


def test_every_format_is_offered_and_none_is_made_before(your_piece, monkeypatch):
    monkeypatch.setattr(
        "koe.studio.exports.Exports.bundle", lambda *_, **__: pytest.fail("made before it was asked for")
    )
    monkeypatch.setattr("koe.studio.exports.Exports.score_pdf", lambda *_: pytest.fail("made before it was asked for"))
    app = your_piece.run()
    assert not app.exception
    buttons = [button.proto.label for button in app.get("download_button")]
    labels = [label for label in buttons if label in texts.FORMATS.values()]  # a project is saved elsewhere
    assert labels[: len(labels) // 2] == labels[len(labels) // 2 :]  # of the piece, and of its segment
    assert labels[: len(labels) // 2] == [
        texts.FORMATS[name]
        for name in ("mid", "mp3", "ogg", "wav", "pdf", "svg", "musicxml", "roll_png", "roll_svg", "txt")
    ]
    assert [button.label for button in app.button].count(texts.FORMATS["zip"]) == 2


def test_the_archive_is_made_at_a_press_file_by_file_and_then_saved(your_piece, monkeypatch):
    told = []

    def bundle(self, piece, made_from, *, sound, progress, played=None, marks=False, max_wav_sec=0, should_stop=None):
        for done in range(11):
            progress(done, 10)
            told.append(shown[-1])
        return b"PK" * 600_000

    shown = []
    plain = DeltaGenerator.progress

    def progress(self, value, text=None, **rest):
        shown.append((value, text))
        return plain(self, value, text, **rest)

    monkeypatch.setattr(DeltaGenerator, "progress", progress)
    monkeypatch.setattr("koe.studio.exports.Exports.bundle", bundle)
    app = your_piece.run()
    app.button(key="your-zip").click().run()
    assert not app.exception
    assert told[0] == (0.0, texts.ZIPPING_FILE.format(number=1, total=10, part="mid"))
    assert told[2] == (0.2, texts.ZIPPING_FILE.format(number=3, total=10, part="pdf"))
    (save,) = [button for button in app.get("download_button") if button.key == "your-zip-save"]
    assert save.proto.label == "Save the ZIP, 1.2 MB"
    # After whatever is done next it is there to be made again.
    app.run()
    assert app.button(key="your-zip").label == texts.FORMATS["zip"]
    assert all(button.key != "your-zip-save" for button in app.get("download_button"))


def test_an_archive_that_was_stopped_or_failed_leaves_a_sentence(your_piece, monkeypatch):
    def bundle(self, piece, made_from, **_):
        raise Cancelled("Stopped before the archive was complete.")

    monkeypatch.setattr("koe.studio.exports.Exports.bundle", bundle)
    app = your_piece.run()
    app.button(key="your-zip").click().run()
    assert not app.exception
    assert texts.STOPPED in [info.value for info in app.info]
    assert all(button.key != "your-zip-save" for button in app.get("download_button"))
