"""What is taken as a title, and what is not: links, markup, signs that are not seen, signs that grow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koe.errors import GalleryError
from koe.gallery.tables import MAX_TITLE_CHARS
from koe.gallery.titles import clean_exhibition, clean_title


@pytest.mark.parametrize(
    "title",
    [
        "Für Elise", "Op.posth. 72 No.1", "Opus 10, Nr. 3", "Étude in C♯ minor", "Prelude & Fugue", "BWV 846/1",
        "Mein 1. Stück!", "月光", "Лунная соната", "नमस्ते", "🎹 Nocturne 🌙", "What if...?", "100 % Koe", "Lento (2026)",
        "(a) slow", "A+B", "3/4 time", "Hi there. To be continued", "Sonate Nr.5 in c", "Rock'n'roll", "“Quoted”",
        "1001 nights", "می‌خواهم",
    ],
)  # fmt: skip
def test_titles_are_taken(title):
    assert clean_title(title) == title


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("", "empty"), ("   ", "empty"), ("...", "empty"), ("!?", "empty"),
        ("x" * 81, "long"), ("x " * 5000, "long"), ("ﷺ" * 81, "long"),
        ("a\x00b", "unseen"), ("a\x1b[31mred", "unseen"), ("abc\u202egpj.exe", "unseen"), ("in\u200bvisible", "unseen"),
        ("a\u2066b", "unseen"), ("tag\U000e0041", "unseen"), ("\ud800", "unseen"), ("\ue000", "unseen"),
        ("\u200da", "unseen"),
        ("<script>alert(1)</script>", "markup"), ("<b>", "markup"), ("a > b", "markup"), ("&lt;b&gt;", "markup"),
        ("＜img src=x onerror=alert(1)＞", "markup"), ("[x](y)", "markup"), ("![x]", "markup"), ("`ls`", "markup"),
        ("{{7*7}}", "markup"), ("${x}", "markup"), ("# Heading", "markup"), ("a\\nb", "markup"), ("&#60;", "markup"),
        ("see https://evil.example", "link"), ("HTTP : //x", "link"), ("www.evil.example", "link"),
        ("evil.com", "link"),
        ("evil．com", "link"), ("evil。com now", "link"), ("go to evil .com", "link"), ("javascript:alert(1)", "link"),
        ("data:text/html;x", "link"), ("bit.ly/abc", "link"), ("t.me/spam", "link"), ("10.0.0.1", "link"),
        ("ｅｖｉｌ.ｃｏｍ", "link"),
        ("mail me@home", "person"), ("call +49 170 1234567", "person"), ("0170/1234567", "person"),
        ("a (at) b", "person"),
        ("Z" + "\u0363" * 30, "marks"), ("e\u0301\u0302\u0303\u0304\u0305", "marks"),
    ],
)  # fmt: skip
def test_what_no_title_needs_is_refused_in_one_sentence(title, reason):
    with pytest.raises(GalleryError) as refused:
        clean_title(title)
    assert refused.value.reason == reason
    assert str(refused.value).endswith(".")
    assert title[:20] not in str(refused.value) or not title.strip()


@given(st.text(max_size=200))
def test_whatever_is_taken_is_a_line_that_is_taken_again(text):
    try:
        title = clean_title(text)
    except GalleryError:
        return
    assert title == clean_title(title)
    assert 0 < len(title) <= MAX_TITLE_CHARS
    assert not set(title) & set("<>`{}\\\n\r\t\0")


def test_an_exhibition_is_named_as_a_piece_is_or_not_at_all():
    assert clean_exhibition("  ") == ""
    assert clean_exhibition(" Lange  Nacht ") == "Lange Nacht"
    with pytest.raises(GalleryError):
        clean_exhibition("<b>")
