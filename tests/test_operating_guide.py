"""The guide for those who run Koe says what the code does."""

import re
from pathlib import Path

import pytest

from koe import settings, studio
from koe.gallery import music
from koe.gallery.tables import MAX_TITLE_CHARS
from koe.music import grid
from koe.projects import links, schema
from koe.studio import continuing, filling
from koe.studio.blending import MAX_PATH_SEGMENTS
from koe.web.gallery import limits
from koe.web.result.downloads import MAX_WAV_SEC
from koe.web.serving import queue
from koe.web.serving import settings as server
from koe.web.serving.guard import connections, gate, messages, taken_home, talk, uploads

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / "docs/operating.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("row", "numbers"),
    [
        ("a file to open, MIDI, text or project", [grid.MAX_FILE_BYTES // 2**20]),
        ("a piece: notes", [grid.MAX_NOTES]),
        ("a piece: length", [grid.MAX_STEPS]),
        ("a sound", [studio.MAX_AUDIO_SEC // 60]),
        ("a continuation", [continuing.MAX_CONTINUATION_STEPS, continuing.MAX_VARIATIONS]),
        ("a gap to fill", [filling.MAX_GAP_STEPS, filling.MAX_FILLINGS]),
        ("a blend of two pieces", [MAX_PATH_SEGMENTS]),
        ("a link that is read", [links.MAX_READ_CHARS]),
        ("a project", [schema.MAX_TAKES, schema.MAX_ALL_NOTES, schema.MAX_ALL_STEPS]),
        ("a WAV file", [MAX_WAV_SEC / 60]),
        ("heavy work at once", [queue.MAX_RUNNING_OF_ONE]),
        ("heavy work of one visitor that waits", [queue.MAX_WAITING_OF_ONE]),
        ("downloads of one page that wait", [talk.MAX_ASKED, talk.MAX_MAKING]),
        ("waiting for a turn", [queue.MAX_WAIT_SEC]),
        ("a piece in the gallery", [music.MAX_SEC / 60, music.MAX_BYTES // 1024, MAX_TITLE_CHARS]),
        ("kept in the gallery from one address", [limits.KEPT_BURST]),
        ("likes from one address", [limits.LIKES_BURST, 60 * limits.LIKES_PER_SEC, limits.MAX_LIKES_OF_ADDRESS]),
        ("pages and pictures to pass on that one address asks for", [gate.SHARED_BURST, gate.SHARED_PER_SEC]),
        ("`KOE_QUEUE`", [queue.DEFAULT_QUEUE]),
        ("`KOE_AHEAD`", [server.DEFAULT_AHEAD]),
        ("`KOE_GRACE_SEC`", [server.GRACE_SEC]),
        ("`KOE_SESSIONS`", [server.DEFAULT_SESSIONS]),
        ("files made to be taken home", [taken_home.MAX_KEPT_BYTES // 2**20]),
        (
            "uploads of one visitor, of all",
            [uploads.MAX_SESSION_BYTES // 2**20, uploads.MAX_ALL_BYTES // 2**20],
        ),
        (
            "a message from a page",
            [messages.MAX_BYTES // 2**20, messages.MAX_WIDGETS, messages.MAX_ITEMS, messages.MAX_DEPTH],
        ),
        ("messages from a page", [talk.MESSAGES_PER_SEC, talk.MESSAGES_BURST, talk.FLOOD_SEC]),
        ("messages from one address", [gate.ADDRESS_PER_SEC, gate.ADDRESS_BURST]),
        (
            "a request's headers, a message, an upload",
            [connections.HEADER_SEC, connections.MESSAGE_SEC, uploads.BODY_SEC],
        ),
    ],
)
def test_limits_are_those_of_the_code(row, numbers):
    (said,) = re.findall(rf"^\| {re.escape(row)} \| (.*)\|$", GUIDE, re.MULTILINE)
    assert re.findall(r"\d[\d,]*", said)[: len(numbers)] == [f"{number:,.0f}" for number in numbers]


def test_settings_say_the_defaults_of_the_code():
    told = re.findall(r"``(KOE_\w+)``\n +[^`]*?(\d+) by default", settings.__doc__ or "")
    assert dict(told) == {
        "KOE_QUEUE": str(queue.DEFAULT_QUEUE),
        "KOE_AHEAD": str(server.DEFAULT_AHEAD),
        "KOE_GRACE_SEC": str(server.GRACE_SEC),
        "KOE_SESSIONS": str(server.DEFAULT_SESSIONS),
    }


def test_every_setting_is_there():
    for name in re.findall(r"``(KOE_\w+)``", settings.__doc__ or ""):
        assert f"`{name}`" in GUIDE


def test_every_metric_is_there_and_no_other():
    from koe.web.serving.metrics import REGISTRY

    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("koe_")}
    told = {name.removesuffix("_total") for name in re.findall(r"`(koe_\w+?)(?:\{[^}]*\})?`", GUIDE)}
    assert told == ours


def test_files_that_it_names_are_there():
    for path in re.findall(r"\]\(([\w./]+)\)", GUIDE):
        assert (ROOT / "docs" / path).is_file()


def test_every_message_of_the_log_is_explained():
    sources = [
        *(ROOT / "koe/web").rglob("*.py"),
        *(ROOT / "koe/audio").glob("*.py"),
        ROOT / "koe/web/serving/temporary_files.py",
    ]
    messages = [
        message
        for source in sources
        for message in re.findall(r'_log\.(?:info|warning|error|exception)\(\s*"([^"]+)"', source.read_text("utf-8"))
    ]
    assert len(messages) >= 10
    for message in messages:
        longest = max(re.split(r"%\.?\w+", message), key=len).strip(" :.,")
        assert longest in GUIDE, message
