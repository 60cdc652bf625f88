"""Titles in every script that a font is shipped for, and in others."""

import shutil
import sys
import unicodedata

import numpy as np
import pypdfium2
import pytest

import koe
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from koe.scores import fonts, shaping
from koe.scores.engrave import engrave
from koe.scores.fonts import FONTS_DIR, SHAPED, font_file, runs, unprintable, what_pdf_lacks
from koe.scores.pdf import pdf
from koe.scores.shaping import shape
from koe.scores.system_fonts import system_font

TITLES = {
    "Arabic": "سوناتا ضوء القمر",
    "Hebrew": "שָׁלוֹם עֲלֵיכֶם",
    "Devanagari": "चाँदनी सोनाटा",
    "Bengali": "চাঁদের আলো",
    "Gurmukhi": "ਚੰਨ ਦੀ ਚਾਨਣੀ",
    "Gujarati": "ચંદ્રપ્રકાશ",
    "Tamil": "நிலவொளி சொனாட்டா",
    "Telugu": "వెన్నెల సొనాటా",
    "Kannada": "ಬೆಳದಿಂಗಳ ಸೊನಾಟಾ",
    "Malayalam": "നിലാവിന്റെ സൊണാറ്റ",
    "Sinhala": "සඳ එළියේ ශ්\u200dරී",
    "Thai": "โซนาตาแสงจันทร์ น้ำใจ",
    "Lao": "ແສງຈັນ ນ້ຳ",
    "Khmer": "សូណាតាពន្លឺព្រះច័ន្ទ",
    "Myanmar": "လရောင် ဆိုနာတာ",
}
NO_LETTER = "\U00012000"  # cuneiform, which hardly any system has


def printed(title):
    return pdf(engrave(Piece.on_steps((note_at_step(0, 60, 4),), 16, title=title)))


@pytest.fixture
def no_system_fonts(monkeypatch):
    monkeypatch.setattr(fonts, "system_font", lambda letters: None)


def test_every_shipped_font_has_its_title():
    assert {f"NotoSans{script}" for script in TITLES} == set(SHAPED)


@pytest.mark.parametrize(("script", "title"), TITLES.items())
def test_a_title_is_set_in_the_font_of_its_script(script, title, no_system_fonts):
    assert unprintable(title) == ""
    [run] = runs(title)
    assert (run.font, run.text) == (font_file(f"NotoSans{script}"), title)
    assert run.right_to_left == (script in ("Arabic", "Hebrew"))
    data = printed(title)
    assert data == printed(title)
    assert len(data) < 50_000


@pytest.mark.parametrize(("script", "title"), TITLES.items())
def test_a_title_can_be_copied_from_the_pdf_and_is_ink_on_paper(script, title):
    with pypdfium2.PdfDocument(printed(title)) as document:
        words = document[0].get_textpage().get_text_bounded()
        page = document[0].render(scale=50 / 72, grayscale=True).to_numpy().squeeze()
    copied = words.splitlines()[0].strip("\u202a\u202b\u202c")
    # PDFium joins a letter and its dot to one character, where Unicode has it.
    assert unicodedata.normalize("NFC", copied) == unicodedata.normalize("NFC", title)
    ink = np.flatnonzero((page[:50] < 128).any(axis=0))
    assert len(ink) > 10
    assert np.mean(ink[[0, -1]]) == pytest.approx(210 / 25.4 * 50 / 2, abs=3)  # in the middle of the page


def test_letters_join_stack_and_change_places():
    def glyphs(script, text, right_to_left=False):
        return shape(font_file(f"NotoSans{script}"), text, right_to_left)

    # Letters of one word join: beh at the beginning of a word is not the one that stands alone.
    assert glyphs("Arabic", "ببب", True).width < 0.8 * 3 * glyphs("Arabic", "ب", True).width
    # The vowel i is written before its consonant, ka and ssa are one.
    first, *_ = glyphs("Devanagari", "कि").glyphs
    assert max(x for _, points in first for x, _ in points) < glyphs("Devanagari", "कि").width
    assert len(glyphs("Devanagari", "क्ष").glyphs) == 1
    # A tone over a vowel over a consonant takes no room.
    assert glyphs("Thai", "น้ำ").width < 1.1 * (glyphs("Thai", "น").width + glyphs("Thai", "ำ").width)


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("שיר ב 3", ["3", "שיר ב "]),
        ("Sonata «ضوء القمر» op. 27", ["Sonata «", "ضوء القمر", "» op. 27"]),
        ("ضوء (1801)!", ["!(", "1801", ")", "ضوء "]),
        ("سونات می\u200cنوازیم", ["سونات می\u200cنوازیم"]),
    ],
)
def test_what_runs_from_the_right_stands_in_its_order(title, parts):
    assert [run.text for run in runs(title)] == parts


def test_what_no_font_has_is_said_and_a_box(no_system_fonts, tmp_path):
    title = f"Ode {NO_LETTER}{NO_LETTER} 2"
    assert unprintable(title) == NO_LETTER
    assert what_pdf_lacks(title).startswith(f"No font here has {NO_LETTER}: the PDF has boxes")
    assert what_pdf_lacks("Für Elise") == what_pdf_lacks("月の光") == ""
    assert [run.text for run in runs(title)] == ["Ode ", NO_LETTER * 2 + " ", "2"]
    box, _ = shape(runs(title)[1].font, NO_LETTER * 2).glyphs
    assert [kind for kind, _ in box].count("M") == 2  # an outline and what is left out within
    made = Piece.on_steps((note_at_step(0, 60, 4),), 16, title=title)
    with pytest.warns(UserWarning, match="No font here has"):
        koe.save(made, tmp_path / "ode.pdf")


@pytest.mark.skipif(not shutil.which("fc-list"), reason="needs fontconfig")
def test_a_font_of_the_system_is_found_and_drawn(monkeypatch, tmp_path):
    folder, cache = FONTS_DIR, tmp_path / "cache"
    config = tmp_path / "fonts.conf"
    config.write_text(f"<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    monkeypatch.setattr(fonts, "SHAPED", SHAPED[:1])
    system_font.cache_clear()
    try:
        assert system_font(NO_LETTER) is None
        [run] = runs(TITLES["Tamil"])
        assert run.font == font_file("NotoSansTamil")
        assert unprintable(TITLES["Tamil"]) == ""
    finally:
        system_font.cache_clear()


def test_without_fontconfig_there_are_the_shipped_ones(monkeypatch):
    monkeypatch.setenv("PATH", "")
    system_font.cache_clear()
    assert system_font("a") is None
    system_font.cache_clear()


def test_without_harfbuzz_it_is_said_that_letters_are_missing(monkeypatch, no_system_fonts):
    monkeypatch.setitem(sys.modules, "uharfbuzz", None)
    shaping.letters_of.cache_clear()
    shaping._face.cache_clear()
    try:
        assert set(TITLES["Tamil"]) - {" "} == set(unprintable(TITLES["Tamil"]))
        assert printed(TITLES["Tamil"]).startswith(b"%PDF")
    finally:
        shaping.letters_of.cache_clear()
