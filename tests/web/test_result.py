"""Names, words and figures as visitors get them."""

import re

import pytest

from koe.models.cards import ModelCard
from koe.music.notes import Note
from koe.music.piece import Dropped, Piece, Tempo, TimeSignature
from koe.web import pieces
from koe.web.models_page.figures import figures_table
from koe.web.session.state import measures_of_segment
from koe.web.texts import pages as texts
from koe.web.texts.german import pages as german
from koe.web.texts.language import in_language


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0:00"), (59.6, "0:59"), (60, "1:00"), (187, "3:07")])
def test_clock(seconds, shown):
    assert texts.clock(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "said", "gesagt"),
    [
        (0, "0 seconds", "0 Sekunden"),
        (0.6, "1 second", "1 Sekunde"),
        (59.6, "1 minute", "1 Minute"),
        (187, "3 minutes 7 seconds", "3 Minuten 7 Sekunden"),
        (600, "10 minutes", "10 Minuten"),
    ],
)
def test_a_length_is_said_with_its_units(seconds, said, gesagt):
    assert texts.duration(seconds) == said
    with in_language("de"):
        assert texts.duration(seconds) == gesagt


def test_no_text_puts_minutes_after_a_clock():
    for module in (texts, german):
        for name in ("ROLL_IN_WORDS", "TOO_LONG_FOR_SOUND"):
            assert "inut" not in getattr(module, name)


def test_counts_agree_with_their_nouns():
    assert texts.count(1, "note") == "1 note"
    assert texts.count(1234, "note outside the piano's keys") == "1,234 notes outside the piano's keys"


def test_text_from_outside_is_no_markup():
    assert texts.escape("*a* [b](c) <d> $f$") == r"\*a\* \[b\]\(c\) \<d\> \$f\$"


# What a browser's Markdown makes links of, as GitHub's extension has it: after signs are escaped.
_LINKS = re.compile(r"(https?://|www(?=\.))[-.\w]+|[-.\w+]+@[-\w]+(\.[-\w]+)+", re.ASCII | re.IGNORECASE)


@pytest.mark.parametrize(
    "title",
    [
        *("www.example.org", "https://example.org", ":material/home:", "a@example.org", "WWW.Example.co.uk"),
        *("see www.a.b/c?d", "www..example.org", "http://www.example.org", "(www.example.org)", "mailto:a.b@c.d"),
    ],
)
def test_addresses_and_icons_in_a_title_are_broken_up(title):
    shown = texts.escape(title).replace("\\", "")
    assert title not in shown
    assert not _LINKS.search(shown)
    assert shown.replace("\u2060", "") == title


@pytest.mark.parametrize("title", ["&lt;b&gt;", "&#60;", "&amp;amp;", "Tom & Jerry", "&copy;"])
def test_what_looks_like_an_entity_is_none(title):
    shown = texts.escape(title)
    assert not re.search(r"(?<!\\)&", shown)
    assert re.sub(r"\\(.)", r"\1", shown) == title


def test_facts_of_a_piece():
    # A quarter at 100, the rest at 80: six in 4.35 seconds.
    piece = Piece(
        (Note(0, 60, 144),),
        144,
        (Tempo(0, 100.0), Tempo(480, 80.0)),
        (TimeSignature(0, 3, 4), TimeSignature(72, 6, 8)),
    )
    assert pieces.facts(piece) == "1 note · 2 measures · 3/4, 6/8 · ♩ = 83 on average · 0:04 min"


def test_remarks_say_what_was_left_out():
    piece = Piece.on_steps((), 0, dropped=Dropped(drums=1, outside_piano=3), warnings=("The beat was estimated.",))
    assert pieces.remarks(piece) == (
        "Left out: 1 drum note, 3 notes outside the piano's keys.",
        "The beat was estimated.",
    )
    assert pieces.remarks(Piece.on_steps((), 0)) == ()


@pytest.mark.parametrize(
    ("numerator", "first", "expected"), [(4, 1, (1, 4)), (3, 1, (1, 6)), (3, 6, (6, 11)), (4, 10, (10, 10))]
)
def test_measures_that_a_segment_touches(numerator, first, expected):
    n_steps = 160 if numerator == 4 else 240
    piece = Piece.on_steps((), n_steps, time_signatures=(TimeSignature(0, numerator, 4),))
    assert measures_of_segment(piece, first) == expected


def test_a_piece_of_nothing_has_one_segment():
    assert measures_of_segment(Piece.on_steps((), 0), 1) == (1, 1)


def test_a_model_without_measures_has_dashes_for_figures():
    card = ModelCard("x", "X", "latent", "", "", 12, "x.npz", "")
    *_, row = figures_table(card, [card], {"x": {}}).splitlines()
    title, *figures, parameters = (cell.strip() for cell in row.strip("|").split("|"))
    assert (title, parameters) == ("**X**", "**12**")
    assert set(figures) == {"**–**"}
