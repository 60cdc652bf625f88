"""Visitors who come and leave, or come when there is no place: nothing of them stays."""

import asyncio
import http.client
import json
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from koe.web.serving.guard.gate import address_of
from koe.web.serving.leaving import EARLY, MAX_LEFT, Left
from tests.web.client import Page
from tests.web.served import served
from tests.web.test_queue import soon

KEEP_SEC = 5
PLACES = 12  # six of them for one address
STUCK = "#!/bin/sh\nexec sleep 987\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server that soon forgets who has left, with few places and a FluidSynth that never ends."""
    folder = tmp_path_factory.mktemp("server")
    programs = folder / "programs"
    programs.mkdir()
    (programs / "fluidsynth").write_text(STUCK)
    (programs / "fluidsynth").chmod(0o755)
    settings = {
        "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(KEEP_SEC),
        "KOE_SESSIONS": str(PLACES),
        "KOE_GRACE_SEC": "0",
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    with served(folder, **settings) as server:
        server.process.stdin.close()
        server.wait_for("/readyz", 200)
        yield server


def in_children(pid: int, word: str) -> list[int]:
    """Processes of this name that a process has started."""
    listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True)
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if word in line]


def test_visitors_who_have_left_leave_no_descriptor_and_no_upload(server):
    with Page(server.url) as first:  # what a first visitor makes the server open stays
        first.open()
    assert soon(lambda: server.values()["koe_sessions"] == 0)
    time.sleep(KEEP_SEC)
    before = server.values()["process_open_fds"]
    for _ in range(6):
        pages = [Page(server.url).open("your_piece") for _ in range(4)]
        for page in pages:
            assert page.put(page.addresses()[0], b"MThd") == 204
            page.socket.close()
    assert server.values()["process_open_fds"] > before + 20  # they may come back
    assert soon(lambda: server.values()["process_open_fds"] <= before + 5)


def test_who_comes_back_in_time_finds_their_session(server):
    with Page(server.url) as page:
        session = page.open().session
    time.sleep(0.3 * KEEP_SEC)
    with Page(server.url, session) as again:
        assert again.open().session == session
        time.sleep(EARLY * KEEP_SEC)  # the time that it had is over
        assert again.open().session == session
    before = server.values()["process_open_fds"]
    with Page(server.url, session) as silent:  # who comes back, says nothing and leaves, leaves nothing either
        time.sleep(EARLY * KEEP_SEC + 1)
        assert silent.is_alive()
    assert soon(lambda: server.values()["process_open_fds"] <= before - 3)


def test_who_finds_no_place_is_told_so(server):
    pages = [Page(server.url) for _ in range(PLACES // 2)]
    with pytest.raises(InvalidStatus, match="503"):
        Page(server.url)
    request = urllib.request.Request(server.url, headers={"Accept": "text/html", "Accept-Language": "de"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 503
    assert "kein Platz" in refused.value.read().decode()
    for page in pages:
        assert page.is_alive()
        page.socket.close()
    assert soon(lambda: _opens(server.url))


def _opens(url: str) -> bool:
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "text/html"})) as answer:
        return answer.status == 200


def test_told_to_stop_the_server_ends_what_works_for_it(server):
    """The last test on this server: it ends it."""
    page = Page(server.url).open("your_piece")
    address = next(
        json.loads(one.delta.new_element.bidi_component.json)["src"]
        for one in page.seen
        if '"/sound/' in one.delta.new_element.bidi_component.json
    )
    host, port = server.url.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port))
    connection.request("GET", address)
    assert soon(lambda: in_children(server.process.pid, "sleep 987"))
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(100) in (-signal.SIGTERM, 0, 1)
    assert soon(lambda: not in_children(server.process.pid, "sleep 987"))
    connection.close()
    lines = [json.loads(line) for line in Path(server.log_file).read_text().splitlines()]
    assert {line["message"] for line in lines if "error" in line} <= {"The networks could not be loaded"}


def test_where_many_have_left_those_of_the_busiest_address_are_closed_first():
    closed: list[str] = []

    async def leave() -> Left:
        left = Left(1000, lambda _: False, closed.append)
        left.note("mine", "my address")
        for number in range(MAX_LEFT + 5):
            left.note(f"another {number}", "another address")
        return left

    left = asyncio.run(leave())
    assert closed == [f"another {number}" for number in range(6)]
    assert left.knows("mine")
    assert not left.knows("another 0")


@pytest.mark.parametrize(
    ("client", "address"),
    [
        (("192.0.2.7", 1), "192.0.2.7"),
        (("::ffff:192.0.2.7", 1), "192.0.2.7"),
        (("2001:db8:1:2:3:4:5:6", 1), "2001:db8:1:2::/64"),
        (("a name", 1), "a name"),
        (None, ""),
    ],
)
def test_addresses(client, address):
    assert address_of({"client": client}) == address
