"""A browser's side of a page without a browser: what Koe's pages say, and what they never say."""

import http.client
import json
import socket
import struct
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

PATIENCE_SEC = 120.0


class Page:
    """One open page, as far as its connection goes."""

    def __init__(self, url: str, session: str = "") -> None:
        self.url = url
        with urllib.request.urlopen(f"{url}/_stcore/health", timeout=PATIENCE_SEC) as answer:
            self.token = answer.headers["Set-Cookie"].split("_streamlit_xsrf=")[1].split(";")[0]
        self._stack = ExitStack()
        joined = connect(
            f"{url.replace('http', 'ws', 1)}/_stcore/stream",
            origin=url,
            subprotocols=["streamlit", self.token, *([session] if session else [])],
            additional_headers={"Cookie": f"_streamlit_xsrf={self.token}"},
            max_size=None,
            open_timeout=PATIENCE_SEC,
            close_timeout=1,
            compression=None,
            ping_interval=None,  # a busy machine is no reason to leave
        )
        self.socket = self._stack.enter_context(joined)
        self.session = session
        self.seen: list[ForwardMsg] = []

    def __enter__(self) -> "Page":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def say(self, message: BackMsg | bytes | str) -> None:
        """Send a message of a page, or something else."""
        with suppress(ConnectionClosed):  # `ended` tells why
            self.socket.send(message.SerializeToString() if isinstance(message, BackMsg) else message)

    def open(self, address: str = "") -> "Page":
        """Have the page made, and wait until it is."""
        self.say(rerun(page=address))
        self.wait_for(is_done)
        return self

    def wait_for(self, fits: Callable[[ForwardMsg], bool], patience_sec: float = PATIENCE_SEC) -> ForwardMsg:
        """The next message that fits."""
        end = time.monotonic() + patience_sec
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=max(0.01, end - time.monotonic())))
            if message.WhichOneof("type") == "new_session":
                self.session = message.new_session.initialize.session_id
            self.seen.append(message)
            if fits(message):
                return message

    def ended(self, patience_sec: float = PATIENCE_SEC) -> tuple[int, str]:
        """Code and reason with which the server ends the connection."""
        end = time.monotonic() + patience_sec
        try:
            while True:
                self.socket.recv(timeout=max(0.01, end - time.monotonic()))
        except ConnectionClosed as closed:
            return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (0, "lost")

    def is_alive(self) -> bool:
        """Whether the server still answers on this connection."""
        self.say(BackMsg(app_heartbeat=True))
        self.wait_for(lambda message: message.WhichOneof("type") == "heartbeat_ack")
        return True

    def addresses(self, n: int = 1) -> list[str]:
        """Where files may be uploaded to."""
        message = BackMsg()
        message.file_urls_request.request_id = uuid.uuid4().hex
        message.file_urls_request.file_names.extend(f"{number}.mid" for number in range(n))
        message.file_urls_request.session_id = self.session
        self.say(message)
        answer = self.wait_for(lambda message: message.WhichOneof("type") == "file_urls_response")
        return [one.upload_url for one in answer.file_urls_response.file_urls]

    def put(self, address: str, data: bytes, **headers: str) -> int:
        """Upload a file; the answer's status."""
        mark = uuid.uuid4().hex
        head = f'--{mark}\r\nContent-Disposition: form-data; name="f"; filename="a.mid"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{mark}--\r\n".encode()
        return ask(self.url, "PUT", address, body, **self.proof(f"multipart/form-data; boundary={mark}"), **headers)

    def delete(self, address: str) -> int:
        """Take an upload back; the answer's status."""
        return ask(self.url, "DELETE", address, None, **self.proof("text/plain"))

    def proof(self, kind: str) -> dict[str, str]:
        """Headers by which Streamlit knows its own page."""
        return {"Content-Type": kind, "Cookie": f"_streamlit_xsrf={self.token}", "X-Xsrftoken": self.token}


def is_done(message: ForwardMsg) -> bool:
    """Whether this says that a page is made, all of it."""
    return (
        message.WhichOneof("type") == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    )


def rerun(page: str = "", **values: str) -> BackMsg:
    """A message that has a page made anew, with what components have sent."""
    message = BackMsg()
    message.rerun_script.page_name = page
    message.rerun_script.context_info.locale = "en-US"
    for name, text in values.items():
        message.rerun_script.widget_states.widgets.add(id=f"$$ID-0-{name}", json_trigger_value=text)
    return message


def ask(url: str, method: str, path: str, body: bytes | None, **headers: str) -> int:
    """The status of one request."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SEC)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


@contextmanager
def raw(url: str) -> Iterator[socket.socket]:
    """A connection that says whatever one likes."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=PATIENCE_SEC) as line:
        yield line


def upgraded(line: socket.socket) -> socket.socket:
    """Make it a WebSocket."""
    line.sendall(
        b"GET /_stcore/stream HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    head = b""
    while b"\r\n\r\n" not in head:
        head += line.recv(1)
    assert b" 101 " in head
    return line


def frame_head(n_bytes: int, *, opcode: int = 2, is_last: bool = True) -> bytes:
    """The beginning of a frame that promises so many bytes, not masked to speak of."""
    return bytes([0x80 * is_last | opcode, 0x80 | 127]) + struct.pack("!Q", n_bytes) + bytes(4)


def nested(depth: int) -> str:
    """JSON with so many brackets within each other."""
    return "[" * depth + "]" * depth


def many(n: int) -> str:
    """JSON with so many empty lists in one."""
    return json.dumps([[]] * n)
