"""Scores and pianorolls as they are drawn: SVG, PDF, PNG."""

import io
import re
import threading
import xml.etree.ElementTree as ElementTree

import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfbase.pdfmetrics import stringWidth

from koe.errors import ScoreError
from koe.music.library import load_piece
from koe.music.notes import Note, note_at_step
from koe.music.piece import Piece, Tempo, TimeSignature
from koe.scores.engrave import engrave
from koe.scores.fonts import runs
from koe.scores.layout import A4, PHONE, SCREEN, svg_pages, svg_sheet
from koe.scores.pdf import path_commands, pdf
from koe.scores.roll import INK, MADE, roll_png, roll_svg

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def moonlight():
    """A score of two pages in 12/8, with ties, dots and two voices."""
    return engrave(load_piece("beethoven-moonlight-sonata"), "Made with Koe, LSTM1, seed 7")


def texts_of(page):
    return [text.text for text in ElementTree.fromstring(page).iter(f"{SVG}text")]


def heads_of(pages):
    return {
        group.attrib["id"]
        for page in pages
        for group in ElementTree.fromstring(page).iter(f"{SVG}g")
        if "id" in group.attrib
    }


@pytest.mark.parametrize("paper", [A4, SCREEN, PHONE])
def test_every_head_is_drawn_once_and_verovio_has_nothing_to_complain_of(moonlight, paper, capfd):
    pages = svg_pages(moonlight, paper)
    output = capfd.readouterr()
    assert output.out + output.err == ""
    written = {
        head.name
        for measure in moonlight.measures
        for voices in measure.staves
        for voice in voices
        for sound in voice.sounds
        for head in sound.notes
    }
    assert heads_of(pages) == written


def test_the_head_of_a_printed_page(moonlight):
    first, second = svg_pages(moonlight)
    assert texts_of(first)[:2] == ["Moonlight Sonata, first movement", "Made with Koe, LSTM1, seed 7"]
    assert texts_of(second)[:2] == ["Moonlight Sonata, first movement", "2 / 2"]
    # The beat of 12/8 is the dotted quarter: 84 quarters are 56 of them.
    assert "= 56" in texts_of(first)
    # However wide a reader's letters are, it takes the room that was left for it: as wide as in Times.
    (tempo,) = (text for text in ElementTree.fromstring(first).iter(f"{SVG}text") if text.text == "= 56")
    wide = stringWidth("= 56", "Times-Bold", float(tempo.get("font-size")))
    assert float(tempo.get("textLength")) == pytest.approx(wide, rel=0.01)
    root = ElementTree.fromstring(first)
    assert (root.get("width"), root.get("height")) == ("210mm", "297mm")


def test_nothing_runs_and_nothing_is_fetched():
    made = Piece.on_steps((note_at_step(0, 60, 4),), 16, title='<script>alert(1)</script>"onload="x')
    page = svg_pages(engrave(made, "<b>"))[0]
    root = ElementTree.fromstring(page)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        "svg", "defs", "g", "path", "polygon", "rect", "ellipse", "use", "text"
    }  # fmt: skip
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    # The names of the namespaces are the only addresses; what is used lies in the page itself.
    assert len(re.findall("https?:", page)) == page.count("xmlns")
    assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', page))


def test_drawings_are_the_same_each_time_and_in_every_thread(moonlight):
    drawn = []
    thread = threading.Thread(target=lambda: drawn.append(svg_pages(moonlight)))
    thread.start()
    thread.join()
    assert drawn == [svg_pages(moonlight)]
    assert pdf(moonlight) == pdf(moonlight)


def test_a_sheet_has_all_pages_below_one_another(moonlight):
    sheet = svg_sheet(moonlight)
    assert ElementTree.fromstring(sheet).get("height") == "594mm"
    assert heads_of([sheet]) == heads_of(svg_pages(moonlight))


def test_the_pdf_opens(moonlight):
    data = pdf(moonlight)
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    with pypdfium2.PdfDocument(data) as document:
        sizes_mm = [[side / 72 * 25.4 for side in page.get_size()] for page in document]
        words = document[0].get_textpage().get_text_bounded()
    assert sizes_mm == [pytest.approx([210, 297], abs=0.1)] * 2
    assert "Moonlight Sonata, first movement" in words
    assert "Made with Koe, LSTM1, seed 7" in words


def test_long_and_foreign_titles_are_drawn():
    made = Piece.on_steps((note_at_step(0, 60, 4),), 16, title="Рондо 声 Für Dvořák " * 30)
    assert pdf(engrave(made)).startswith(b"%PDF")


def test_without_verovio_a_sentence_says_what_to_do(moonlight, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "verovio", None)
    with pytest.raises(ScoreError, match="Verovio, which is not installed"):
        svg_pages(moonlight)


def test_paths_of_every_kind_become_lines_and_cubic_curves():
    assert list(path_commands("M1 2L3,4h-1v1H0V0c1 0 2 1 2 2s1 2 2 2q3 0 3 3z m1 1 1 0")) == [
        ("M", [(1, 2)]),
        ("L", [(3, 4)]),
        ("L", [(2, 4)]),
        ("L", [(2, 5)]),
        ("L", [(0, 5)]),
        ("L", [(0, 0)]),
        ("C", [(1, 0), (2, 1), (2, 2)]),
        ("C", [(2, 3), (3, 4), (4, 4)]),
        ("C", [(6, 4), (7, 5), (7, 7)]),
        ("Z", []),
        ("M", [(2, 3)]),
        ("L", [(3, 3)]),
    ]
    with pytest.raises(ScoreError, match="command 'A'"):
        list(path_commands("M0 0A1 1 0 0 0 2 2"))


def test_the_roll_has_every_note_in_the_colour_of_who_wrote_it():
    made = Piece.on_steps(
        (note_at_step(0, 60, 4), note_at_step(8, 64, 8), note_at_step(300, 67, 4)), 304, title="A <roll> & more"
    )
    root = ElementTree.fromstring(roll_svg(made, made_from=8))
    bars = [rect for rect in root.iter(f"{SVG}rect") if rect.get("rx")]
    assert [rect.get("fill") for rect in bars] == [INK, MADE, MADE]
    # A note's bar is as long as the note; the last one stands in the second row, further down.
    assert [round(float(rect.get("width"))) for rect in bars] == [19, 39, 19]
    assert float(bars[2].get("y")) > float(bars[0].get("y")) + 100
    assert root.find(f"{SVG}text").text == "A <roll> & more"


def test_the_png_shows_the_same_picture():
    made = Piece.on_steps((note_at_step(0, 60, 16),), 16)
    width = float(ElementTree.fromstring(roll_svg(made)).get("width"))
    image = Image.open(io.BytesIO(roll_png(made)))
    assert image.size[0] == 2 * width
    colors = image.convert("RGB").getcolors()
    inked = {"#{:02x}{:02x}{:02x}".format(*color): count for count, color in colors}[INK]
    assert inked == pytest.approx(79 * 2 * 9, rel=0.02)  # 79 by 4.5 units, two pixels each way


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Für Elise – 2", [("Times-Roman", "Für Elise – 2")]),
        ("月の光", [("DroidSansFallback", "月の光")]),
        (
            "Рондо, ч. 1",
            [("DejaVuSerif", "Рондо"), ("Times-Roman", ", "), ("DejaVuSerif", "ч"), ("Times-Roman", ". 1")],
        ),
        ("달빛", [("DroidSansFallback", "달빛")]),
        ("夜曲 體", [("DroidSansFallback", "夜曲"), ("Times-Roman", " "), ("DroidSansFallback", "體")]),
        ("Νυχτερινό", [("DejaVuSerif", "Νυχτερινό")]),
        # An accent of its own, a ligature, and kana of half the width.
        ("Dvor\u030ca\u0301k ﬁ", [("Times-Roman", "Dvo"), ("DejaVuSerif", "ř"), ("Times-Roman", "ák fi")]),
        ("ﾂｷﾉﾋｶﾘ ｶﾞ", [("DroidSansFallback", "ツキノヒカリ"), ("Times-Roman", " "), ("DroidSansFallback", "ガ")]),
    ],
)
def test_each_letter_of_a_title_has_a_font(title, parts):
    assert [(run.font, run.text) for run in runs(title)] == parts


@pytest.mark.parametrize("title", ["月の光", "Лунный свет", "달빛", "月光"])
def test_titles_in_other_scripts_stand_in_the_pdf(title):
    data = pdf(engrave(Piece.on_steps((note_at_step(0, 60, 4),), 16, title=title)))
    # The letters that are used go along, and the document has its title.
    assert b"FontFile2" in data
    assert data == pdf(engrave(Piece.on_steps((note_at_step(0, 60, 4),), 16, title=title)))
    assert len(data) < 40_000


def test_a_dotted_tempo_and_its_change_are_drawn_with_their_notes():
    notes = tuple(note_at_step(2 * place, 60 + place % 5, 2) for place in range(24))
    tempos = (Tempo(0, 90), Tempo(480 * 6, 60))
    made = Piece(notes, 288, tempos=tempos, time_signatures=(TimeSignature(0, 6, 8),))
    (page,) = svg_pages(engrave(made))
    assert [text for text in texts_of(page) if "=" in text] == ["= 60", "= 40"]


def test_brackets_of_tuplets_are_drawn_and_printed():
    made = Piece(tuple(Note(16 * place, 60 + place, 16) for place in range(3)), 48)
    (page,) = svg_pages(engrave(made))
    lines = list(ElementTree.fromstring(page).iter(f"{SVG}polyline"))
    assert len(lines) == 2
    assert {line.get("fill") for line in lines} == {"none"}
    assert pdf(engrave(made)).startswith(b"%PDF")
