"""Sheets for a class: every task with its choices, answers on pages of their own, letters of both languages."""

import base64
import re
import zlib
from dataclasses import replace

import pytest

from koe.scores.worksheet import Task, Worksheet, worksheet_pdf

SHEET = Worksheet(
    title="Übung für die Klasse",
    lead="Sag zuerst, was du erwartest.",
    language="de",
    head=("Name", "Datum"),
    tasks=(
        Task("Große Töne", "Bergab, 3 Minuten", "Wer **hört** es?", ("−1 & 1", "Es", "beides"), 1, "Weil „Es“ klingt."),
        Task("Ohne Lösung", "Quiz, 5 Minuten", "Wie viele?", ("wenige", "viele", "alle"), None, "Je nachdem."),
    ),
    expect="Was erwartest du?",
    because="Weil",
    seen="Was geschah",
    answers="Antworten",
    answers_lead="Erst danach.",
    address="https://example.org/tour",
)


def pages(data: bytes) -> list[str]:
    """The words on each page, as they are drawn."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        drawn = zlib.decompress(base64.a85decode(b"<~" + stream.strip(), adobe=True))
        letters = b" ".join(re.findall(rb"\(((?:\\.|[^\\)])*)\)\s*Tj", drawn))
        letters = re.sub(rb"\\(\d{3})", lambda code: bytes([int(code[1], 8)]), letters)
        found.append(re.sub(rb"\\(.)", rb"\1", letters).decode("cp1252"))
    return found


def test_tasks_come_first_and_answers_on_a_page_of_their_own():
    tasks, answers = pages(worksheet_pdf(SHEET))
    for words in ("Übung für die Klasse", "Große Töne", "hört", "–1 & 1", "beides", "Datum", "Was geschah", "alle"):
        assert words in tasks
    assert "https://example.org/tour" in tasks
    assert "klingt" not in tasks
    assert "Weil „Es“ klingt." in answers
    assert "Je nachdem." in answers
    assert "wenige" not in answers  # nothing is right there


def test_many_tasks_take_more_pages_and_none_is_torn():
    sheet = replace(SHEET, tasks=SHEET.tasks * 6)
    found = pages(worksheet_pdf(sheet))
    assert len(found) > 3
    for page in found:
        assert page.count("Wer") == page.count("beides")


def test_the_same_sheet_gives_the_same_bytes_in_its_language():
    data = worksheet_pdf(SHEET)
    assert data == worksheet_pdf(SHEET)
    assert b"/Lang (de)" in data
    assert data != worksheet_pdf(replace(SHEET, address=""))


@pytest.mark.parametrize("text", ["a < b", "Fish & Chips", "<b>"])
def test_what_looks_like_mark_up_is_text(text):
    drawn = pages(worksheet_pdf(replace(SHEET, lead=text)))[0]
    assert text.replace(" ", "") in drawn.replace(" ", "")  # drawn in pieces
