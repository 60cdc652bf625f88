"""Somebody says what no page says, too much, too fast or too slowly; the others hear nothing of it."""

import asyncio
import json
import socket
import time

import pytest
import uvicorn
from starlette.requests import Request
from streamlit.proto.BackMsg_pb2 import BackMsg
from uvicorn.server import ServerState

from koe.web.serving.guard import connections, uploads
from koe.web.serving.guard.messages import MAX_BYTES, MAX_DEPTH, MAX_ITEMS, MAX_WIDGETS
from koe.web.serving.guard.talk import FLOOD_SEC, MESSAGES_BURST, MESSAGES_PER_SEC
from koe.web.serving.guard.uploads import MAX_NAMES, MAX_SESSION_BYTES
from tests.web.client import Page, ask, frame_head, is_done, many, nested, raw, rerun, upgraded
from tests.web.served import served

MIB = 2**20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with served(tmp_path_factory.mktemp("server")) as server:
        server.process.stdin.close()  # nobody is at its one place
        server.wait_for("/readyz", 200)
        yield server


@pytest.fixture
def honest(server):
    """Somebody whose page goes on working, whatever the others do."""
    with Page(server.url) as page:
        page.open()
        yield page
        assert page.is_alive()
    lines = [json.loads(line) for line in server.log_file.read_text().splitlines()]
    assert [line["message"] for line in lines if "error" in line] == ["The networks could not be loaded"]


def cleared() -> BackMsg:
    return BackMsg(clear_cache=True)


def crowded() -> BackMsg:
    message = rerun()
    for number in range(MAX_WIDGETS + 1):
        message.rerun_script.widget_states.widgets.add(id=f"$$ID-{number}")
    return message


def with_bytes() -> BackMsg:
    message = rerun()
    message.rerun_script.widget_states.widgets.add(id="$$ID-x", bytes_value=b"x")
    return message


def kept() -> BackMsg:
    message = rerun()
    message.rerun_script.widget_states.widgets.add(id="koe_kept_takes", json_value="[]")
    return message


def skills() -> BackMsg:
    message = BackMsg()
    message.backend_operation_request.install_skills.SetInParent()
    return message


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (cleared(), 1008),
        (BackMsg(debug_shutdown_runtime=True), 1008),
        (skills(), 1008),
        (b"", 1008),
        (crowded(), 1008),
        (with_bytes(), 1008),
        (kept(), 1008),
        (rerun(keeping=nested(MAX_DEPTH + 1)), 1008),
        (rerun(keeping=nested(200_000)), 1008),
        (rerun(keeping=many(MAX_ITEMS)), 1008),
        (b"\xff" * 100, 1002),
        (b"\x5a\x7f", 1002),
        ("a text", 1003),
    ],
    ids=[
        "clear",
        "debug",
        "skills",
        "empty",
        "crowd",
        "bytes",
        "name",
        "deep",
        "deeper",
        "many",
        "rubbish",
        "cut",
        "text",
    ],
)
def test_what_no_page_sends_ends_the_connection_with_a_reason(server, honest, message, code):
    with Page(server.url) as page:
        page.say(message)
        ended, reason = page.ended()
    assert ended == code
    assert reason


def test_what_pages_send_passes(server, honest):
    kept = json.dumps("x" * 3_000_000)
    honest.say(rerun(keeping=kept))
    honest.wait_for(is_done)
    honest.say(rerun(keeping=nested(MAX_DEPTH), page="about"))
    honest.wait_for(is_done)
    honest.say(BackMsg(stop_script=True))
    honest.say(BackMsg(load_git_info=True))
    assert honest.is_alive()


def test_a_hurry_is_slowed_down_and_a_flood_ends(server, honest):
    with Page(server.url) as page:
        began = time.monotonic()
        for _ in range(int(MESSAGES_BURST + 2 * MESSAGES_PER_SEC)):
            page.say(BackMsg(app_heartbeat=True))
        for _ in range(int(MESSAGES_BURST + MESSAGES_PER_SEC)):
            page.wait_for(lambda message: message.WhichOneof("type") == "heartbeat_ack")
        assert time.monotonic() - began > 0.5
        for _ in range(int(3 * FLOOD_SEC * MESSAGES_PER_SEC)):
            page.say(BackMsg(app_heartbeat=True))
        assert page.ended() == (1008, "too many messages")


def test_who_leaves_in_the_middle_of_it_leaves_no_error(server, honest):
    for _ in range(3):
        page = Page(server.url)
        for _ in range(int(2 * MESSAGES_BURST)):
            page.say(BackMsg(app_heartbeat=True))
        page.say(rerun())
        page.socket.socket.close()
    time.sleep(2)  # for the rest of what they said, had it been read on


def test_a_huge_message_is_refused_when_it_is_announced(server, honest):
    before = server.values()["process_resident_memory_bytes"]
    for n_bytes in (MAX_BYTES + 1, 199 * 10**6, 2**62):
        with raw(server.url) as line:
            upgraded(line).sendall(frame_head(n_bytes))
            assert b"\x03\xf1" in everything(line)  # 1009
    assert server.values()["process_resident_memory_bytes"] - before < 20e6


def test_a_message_of_countless_parts_is_given_up(server, honest):
    with raw(server.url) as line:
        upgraded(line).sendall(frame_head(1, is_last=False) + b"x")
        part = frame_head(1, opcode=0, is_last=False) + b"x"
        line.sendall(part * (connections.MAX_PARTS + 1))
        assert b"\x03\xf0too many parts" in everything(line)


def test_requests_that_come_too_slowly_are_cut_off(server, honest):
    begun = [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "]
    lines = []
    for head in begun:
        line = socket.create_connection(("localhost", int(server.url.rpartition(":")[2])), timeout=60)
        line.sendall(head)
        lines.append(line)
    began = time.monotonic()
    for line in lines:
        with line:
            assert everything(line) == b""
    assert time.monotonic() - began < 4 * connections.HEADER_SEC


def everything(line: socket.socket) -> bytes:
    """All that comes until the other side ends it."""
    said = b""
    try:
        while part := line.recv(65536):
            said += part
    except ConnectionResetError:
        pass
    return said


def test_only_pages_and_uploads_are_asked_for(server):
    assert ask(server.url, "POST", "/", b"x" * 100) == 405
    assert ask(server.url, "POST", "/_stcore/agent/interact", b"{}") == 404
    assert ask(server.url, "DELETE", "/media/x", None) == 405


# -- uploads -------------------------------------------------------------------


def test_files_come_under_names_that_were_given_and_within_a_quota(server, honest):
    with Page(server.url) as page:
        page.open()
        (address,) = page.addresses()
        assert page.put(address, b"MThd") == 204
        assert page.put(f"{address[:-4]}dead", b"MThd") == 403  # invented
        with Page(server.url) as other:
            other.open()
            assert other.put(address.replace(page.session, other.session), b"MThd") == 403  # another's
        assert page.put(address, b"") in (204, 413)
        statuses = [page.put(one, bytes(7 * MIB)) for one in page.addresses(10)]
        fit = MAX_SESSION_BYTES // (7 * MIB)
        assert statuses == [204] * fit + [413] * (10 - fit)
        assert honest.put(honest.addresses()[0], bytes(7 * MIB)) == 204
    assert page.delete(address) == 204


def test_of_names_that_were_never_used_the_oldest_are_forgotten(server, honest):
    with Page(server.url) as page:
        page.open()
        (first,) = page.addresses()
        for _ in range(MAX_NAMES // 32):
            page.addresses(32)
        assert page.put(first, b"MThd") == 403


def test_an_upload_that_pauses_is_cut_off(monkeypatch):
    monkeypatch.setattr(uploads, "PAUSE_SEC", 0.01)
    monkeypatch.setattr(uploads, "_files", dict)
    names, sent = uploads.Uploads(), []
    names.give([f"{uploads.FOLDER}/session/file"])
    parts = iter([{"type": "http.request", "body": b"x", "more_body": True}])

    async def receive():
        for part in parts:
            return part
        return await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    async def app(scope, receive, send):
        await Request(scope, receive).body()

    headers = [(b"content-length", b"100")]
    scope = {"type": "http", "method": "PUT", "path": f"{uploads.FOLDER}/session/file", "headers": headers}
    asyncio.run(names.take(app, scope, receive, send))
    assert sent[0]["status"] == 408
    assert not names._coming


def test_a_message_that_does_not_go_on_is_given_up(monkeypatch):
    """The connection's own part, without a network."""
    monkeypatch.setattr(connections, "MESSAGE_SEC", 0.05)
    said = bytearray()

    class Line(asyncio.Transport):
        closing = False

        def write(self, data):
            said.extend(data)

        def close(self):
            self.closing = True

        def is_closing(self):
            return self.closing

        def pause_reading(self):
            pass

    async def talk():
        over = asyncio.Event()

        async def app(scope, receive, send):
            await over.wait()

        config = uvicorn.Config(app, ws_max_size=MAX_BYTES, log_config=None, lifespan="off")
        config.load()
        line = Line()
        one = connections.TimedMessages(config, ServerState(), {})
        one.connection_made(line)
        one.data_received(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        await one.send({"type": "websocket.accept"})
        one.data_received(frame_head(100) + b"half of it")
        assert connections.TimedMessages._held > 0
        while not line.closing:
            await asyncio.sleep(0.01)
        one.connection_lost(None)
        over.set()
        await asyncio.gather(*one.tasks)

    asyncio.run(talk())
    assert said.endswith(b"\x03\xf0too slow")
    assert connections.TimedMessages._held == 0
