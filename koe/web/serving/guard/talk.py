"""What is said on the connection of one page.

Streamlit begins at once with every download that a page asks for, in a thread
each; here at most `MAX_MAKING` of a page are being made, and the next ones wait
until these are done.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from koe.web.serving import metrics
from koe.web.serving.guard.messages import MAX_BYTES, NOT_OURS, TEXT_FRAME, Refused, read_message
from koe.web.serving.guard.pace import Bucket
from koe.web.serving.guard.taken_home import drop_oldest
from koe.web.serving.guard.uploads import Uploads
from koe.web.serving.visits import Visit, visits

# A hand that drags sends three messages a second, and nothing that a page does for itself more than two.
MESSAGES_PER_SEC, MESSAGES_BURST = 10.0, 80.0
BYTES_PER_SEC, BYTES_BURST = 512 * 1024.0, 4.0 * MAX_BYTES
FLOOD_SEC = 15.0  # of sending faster than that, without a rest
MAX_MAKING = 2  # downloads of a page
MAX_ASKED = 24  # that wait
LOST = 1006  # RFC 6455, section 7.4.1

uploads = Uploads()
_log = logging.getLogger(__name__)


class Talk:
    """What is said on one connection."""

    def __init__(
        self,
        visit: Visit,
        all_of_address: Bucket,
        receive: Receive,
        send: Send,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._visit = visit
        self._receive, self._send = receive, send
        self._clock = clock
        self._messages = Bucket(MESSAGES_PER_SEC, MESSAGES_BURST, clock)
        self._bytes = Bucket(BYTES_PER_SEC, BYTES_BURST, clock)
        self._all_of_address = all_of_address
        self._hurried_since: float | None = None
        self._n_names_asked = 0  # times that a page has asked for names for files, and not yet got them
        self._n_making = 0
        self._asked: deque[Message] = deque()  # for downloads, and not passed on yet
        self._done = asyncio.Event()  # set when a download is done
        self._coming: asyncio.Task[Message] | None = None
        self._is_over = False

    def close(self) -> None:
        """Listen no more."""
        if self._coming is not None:
            self._coming.cancel()

    async def receive(self) -> Message:
        """The next message that a page may have sent; an end where it is none."""
        while not self._is_over:
            message = await self._next()
            if message is None:
                self._n_making += 1
                return self._asked.popleft()
            if message["type"] == "websocket.disconnect":
                self._is_over = True
                self._visit.gone.set()
            if message["type"] != "websocket.receive":
                return message
            try:
                data = message.get("bytes")
                if data is None:
                    raise Refused(TEXT_FRAME, "pages send no text")
                await self._keep_pace(len(data))
                said = read_message(data)
            except Refused as refused:
                await self._end(refused)
                return {"type": "websocket.disconnect", "code": refused.code, "reason": refused.reason}
            if said is not None and await self._may_pass(said, message):
                return message
        return {"type": "websocket.disconnect", "code": LOST}

    async def send(self, message: Message) -> None:
        """Pass on what Streamlit says, unless the connection has ended.

        Streamlit would go on reading what a browser said before it left, and log an error a browser.
        """
        if self._is_over:
            return
        is_awaited = self._n_names_asked or self._n_making or not self._visit.owner.session
        if message["type"] == "websocket.send" and is_awaited:
            self._learn(message.get("bytes") or b"")
        try:
            await self._send(message)
        except OSError:
            self._is_over = True
            self._visit.gone.set()

    async def _next(self) -> Message | None:
        """What the browser says next; None where something that it said before is to be passed on now."""
        while not (self._asked and self._n_making < MAX_MAKING):
            if self._coming is None:
                self._coming = asyncio.create_task(self._receive())  # type: ignore[arg-type]
            if self._coming.done():
                said, self._coming = self._coming.result(), None
                return said
            self._done.clear()
            done = asyncio.create_task(self._done.wait())
            try:
                await asyncio.wait((self._coming, done), return_when=asyncio.FIRST_COMPLETED)
            finally:
                done.cancel()
        return None

    async def _may_pass(self, said: BackMsg, message: Message) -> bool:
        """Whether Streamlit is to get this now."""
        kind = said.WhichOneof("type")
        self._n_names_asked += kind == "file_urls_request"
        if kind != "backend_operation_request":
            return True
        if self._n_making < MAX_MAKING:
            self._n_making += 1
            return True
        if len(self._asked) < MAX_ASKED:
            self._asked.append(message)
        else:
            answer = ForwardMsg()
            answer.backend_operation_response.request_id = said.backend_operation_request.request_id
            answer.backend_operation_response.error_msg = "Too many files are being made."
            await self._send({"type": "websocket.send", "bytes": answer.SerializeToString()})
        return False

    async def _keep_pace(self, n_bytes: int) -> None:
        """Wait where too much comes at once.

        Raises
        ------
        Refused
            If it goes on.
        """
        wait = max(self._messages.take(), self._bytes.take(n_bytes), self._all_of_address.take())
        if not wait:
            self._hurried_since = None
            return
        now = self._clock()
        self._hurried_since = self._hurried_since or now
        if now - self._hurried_since > FLOOD_SEC:
            raise Refused(NOT_OURS, "too many messages")
        await asyncio.sleep(wait)

    async def _end(self, refused: Refused) -> None:
        self._is_over = True
        metrics.TURNED_AWAY.labels("message").inc()
        _log.warning("A connection was ended", extra={"facts": {"code": refused.code, "reason": refused.reason}})
        self._visit.gone.set()
        with suppress(OSError):
            await self._send({"type": "websocket.close", "code": refused.code, "reason": refused.reason})

    def _learn(self, data: bytes) -> None:
        """Note the session that the first messages of a page name, and the names that it is given for files."""
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session" and message.new_session.initialize.session_id:
            visits.name(self._visit, message.new_session.initialize.session_id)
        elif kind == "file_urls_response":
            self._n_names_asked -= 1
            uploads.give(one.upload_url for one in message.file_urls_response.file_urls)
        elif kind == "backend_operation_response":
            self._n_making -= 1
            self._done.set()
            drop_oldest()
