"""Connections that are cut off when their requests come too slowly, or promise more than may come.

The server itself waits for the rest of a request as long as it takes, and keeps
what has come of a message until it is whole.
"""

import asyncio
from typing import Any, ClassVar

import h11
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import CloseCode, Frame

HEADER_SEC = 10.0  # for a request's line and headers
MESSAGE_SEC = 30.0  # for one message of a page: 4 MB at 1 Mbit/s
MAX_PARTS = 256  # of one message
MAX_UNFINISHED_BYTES = 64 * 2**20  # of all messages that have begun and not ended


class TimedRequests(H11Protocol):
    """Requests whose headers must come within `HEADER_SEC`."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to count with the connection, since some never say anything."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop counting."""
        self._stop()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count from a request's first byte to the end of its headers."""
        if self._deadline is None and self.conn.their_state is h11.IDLE:
            self._expect()
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._stop()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand the connection over, whose requests are over."""
        self._stop()
        super().handle_websocket_upgrade(event)

    def _expect(self) -> None:
        self._deadline = self.loop.call_later(HEADER_SEC, self._cut_off)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _cut_off(self) -> None:
        self._deadline = None
        self.transport.abort()


class TimedMessages(WebSocketsSansIOProtocol):
    """Messages that must be whole within `MESSAGE_SEC`, of few parts, and not too much of them at once."""

    _held: ClassVar[int] = 0  # bytes of unfinished messages, on all connections

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._mine = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what has come."""
        self._note(0)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what comes, and look at what is still unfinished."""
        super().data_received(data)
        if self.transport.is_closing():
            self._note(0)
            return
        self._note(len(self.conn.reader.buffer) + sum(map(len, self.frames)))
        if len(self.frames) > MAX_PARTS:
            self._give_up(CloseCode.POLICY_VIOLATION, "too many parts")
        elif TimedMessages._held > MAX_UNFINISHED_BYTES:
            self._give_up(CloseCode.TRY_AGAIN_LATER, "too much at once")

    def handle_cont(self, event: Frame) -> None:
        """Take another part of a message, unless it has too many already."""
        if len(self.frames) <= MAX_PARTS:
            super().handle_cont(event)

    async def send(self, message: ASGISendEvent) -> None:
        """Say something; who is turned away by an ordinary answer has had one, which uvicorn would call an error."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body", False):
            self.handshake_complete = True

    def send_receive_event_to_app(self) -> None:
        """Pass on a whole message; the next one has its own time."""
        self._stop()
        super().send_receive_event_to_app()

    def _note(self, n_bytes: int) -> None:
        """Keep account of what is unfinished here, and count the time while anything is."""
        TimedMessages._held += n_bytes - self._mine
        self._mine = n_bytes
        if not n_bytes:
            self._stop()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(MESSAGE_SEC, self._too_slow)

    def _stop(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        self._deadline = None
        if self.read_paused:  # by us
            self._note(self._mine)
        else:
            self._give_up(CloseCode.POLICY_VIOLATION, "too slow")

    def _give_up(self, code: CloseCode, reason: str) -> None:
        if not self.transport.is_closing():
            self.conn.fail(code, reason)
            self.handle_parser_exception()
        self._note(0)
