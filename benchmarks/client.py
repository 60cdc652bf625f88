"""A visitor without a browser: speaks the messages that Streamlit's page and server exchange.

It keeps the elements that the page would show, sets widgets by the keys that
the app gives them, uploads and fetches files as the page does, and draws
nothing. Many of them fit on the machine that is measured.
"""

import asyncio
import json
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

PATIENCE_SEC = 60.0
_ERROR = 1  # of the formats of an alert

Found = TypeVar("Found")


class Client:
    """One session.

    Attributes
    ----------
    elements : dict of tuple to Element
        By their places on the page, those of the run that goes on or was last.
    complaints : list of str
        Errors that the page showed.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.elements: dict[tuple[int, ...], Element] = {}
        self.complaints: list[str] = []
        self.session = ""
        self._pages: dict[str, str] = {}
        self._page = ""
        self._running = False
        self._fresh: set[tuple[int, ...]] = set()
        self._values: dict[str, WidgetState] = {}
        self._links: dict[str, FileURLs] = {}
        self._cookie = ""
        self._socket: ClientConnection | None = None

    async def come(self) -> None:
        """Open the first page and wait until it is whole."""
        await self.come_in()
        await self.finished()

    async def come_in(self) -> None:
        """Open the first page."""
        await asyncio.to_thread(self._greet)
        self._socket = await connect(
            f"{self.url.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            # A browser reads at all times and never pings; this client reads when it waits for something.
            max_queue=None,
            ping_interval=None,
            compression=None,
        )
        await self._rerun([])

    async def leave(self) -> None:
        """Close the page."""
        if self._socket:
            await self._socket.close()

    # -- doing ----------------------------------------------------------

    async def go(self, page: str) -> None:
        """Choose a page by its address; widgets of the page before are forgotten, as a browser does."""
        self._page, self._values = self._pages[page], {}
        await self._rerun([])

    async def press(self, key: str) -> None:
        """Press a button."""
        await self._rerun([WidgetState(id=self.widget(key), trigger_value=True)])

    async def slide(self, key: str, value: float) -> None:
        """Move a slider."""
        await self._set(key, "double_array_value", value)

    async def count(self, key: str, value: float) -> None:
        """Put a number into a field."""
        await self._set(key, "double_value", value)

    async def write(self, key: str, text: str) -> None:
        """Put a text into a field."""
        await self._set(key, "string_value", text)

    async def upload(self, key: str, name: str, data: bytes) -> None:
        """Choose a file in an uploader."""
        request = BackMsg()
        request.file_urls_request.request_id = uuid.uuid4().hex
        request.file_urls_request.file_names.append(name)
        request.file_urls_request.session_id = self.session
        await self._send(request)
        links = await self.until(lambda: self._links.pop(request.file_urls_request.request_id, None))
        await asyncio.to_thread(self._put, links.upload_url, name, data)
        state = WidgetState(id=self.widget(key))
        state.file_uploader_state_value.uploaded_file_info.append(
            UploadedFileInfo(file_id=links.file_id, name=name, size=len(data), file_urls=links)
        )
        self._values[state.id] = state
        await self._rerun([])

    async def fetch(self, path: str) -> bytes:
        """A file of the server, such as a sound."""
        return await asyncio.to_thread(self._get, path)

    # -- seeing ---------------------------------------------------------

    def widget(self, key: str) -> str:
        """The name under which the server knows the widget with this key.

        Raises
        ------
        LookupError
            If there is none on the page.
        """
        for element in self.elements.values():
            name = getattr(getattr(element, element.WhichOneof("type") or "empty"), "id", "")
            if name.startswith("$$ID-") and name.split("-", 2)[2] == key:
                return name
        raise LookupError(f"There is no widget {key!r} on the page.")

    def has(self, key: str) -> bool:
        """Whether there is a widget with this key."""
        try:
            return bool(self.widget(key))
        except LookupError:
            return False

    def component(self, key: str) -> dict[str, Any] | None:
        """What was handed to a component of the app; None where it is not on the page."""
        for element in self.elements.values():
            if element.WhichOneof("type") == "bidi_component":
                given = element.bidi_component
                if given.id.startswith("$$ID-") and given.id.split("-", 2)[2] == key and given.json:
                    return json.loads(given.json)
        return None

    def roll(self, key: str) -> dict[str, Any] | None:
        """What the player with this key shows."""
        return self.component(f"{key}-roll")

    def sound(self, key: str) -> dict[str, Any] | None:
        """The sound of the player with this key, once it belongs to the music that is shown."""
        roll, sound = self.roll(key), self.component(f"{key}-koe-sound")
        return sound if roll and sound and sound["src"] and sound["music"] == roll["music"] else None

    async def until(self, what: Callable[[], Found | None], patience_sec: float = PATIENCE_SEC) -> Found:
        """Listen until something is there, and give it.

        Raises
        ------
        TimeoutError
            If it does not come.
        """
        end = time.monotonic() + patience_sec
        while (found := what()) is None:
            if self._socket is None:
                raise RuntimeError("nobody has come in yet")
            async with asyncio.timeout(max(end - time.monotonic(), 0.001)):
                data = await self._socket.recv()
            message = ForwardMsg()
            message.ParseFromString(data if isinstance(data, bytes) else data.encode())
            self._take(message)
        return found

    async def finished(self) -> None:
        """Wait until the page is whole."""
        await self.until(lambda: None if self._running else True)

    # -- messages -------------------------------------------------------

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            self._page = message.new_session.page_script_hash
            self._running, self._fresh = True, set()
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            default = [page for page in message.navigation.app_pages if page.is_default]
            self._pages[""] = default[0].page_script_hash if default else ""
        elif kind == "delta":
            place = tuple(message.metadata.delta_path)
            self._fresh.add(place)
            if message.delta.WhichOneof("type") == "new_element":
                self.elements[place] = message.delta.new_element
                self._complain(message.delta.new_element)
            else:
                self.elements.pop(place, None)  # a box of elements stands there now
        elif kind == "file_urls_response":
            if message.file_urls_response.file_urls:
                self._links[message.file_urls_response.response_id] = message.file_urls_response.file_urls[0]
        elif kind == "script_finished":
            if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                self._running = False
                self.elements = {place: one for place, one in self.elements.items() if place in self._fresh}
            elif message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
                self._running = False
            elif message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                self.complaints.append("the page could not be run")

    def _complain(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "alert" and element.alert.format == _ERROR:
            self.complaints.append(element.alert.body)
        elif kind == "exception":
            self.complaints.append(element.exception.message)

    async def _set(self, key: str, kind: str, value: Any) -> None:
        state = WidgetState(id=self.widget(key))
        if kind == "double_array_value":
            state.double_array_value.data.append(value)
        else:
            setattr(state, kind, value)
        self._values[state.id] = state
        await self._rerun([])

    async def _rerun(self, triggers: list[WidgetState]) -> None:
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.widget_states.widgets.extend([*self._values.values(), *triggers])
        message.rerun_script.context_info.timezone = "UTC"
        message.rerun_script.context_info.locale = "en"
        message.rerun_script.context_info.url = self.url
        self._running = True
        await self._send(message)

    async def _send(self, message: BackMsg) -> None:
        if self._socket is None:
            raise RuntimeError("nobody has come in yet")
        await self._socket.send(message.SerializeToString())

    # -- files ----------------------------------------------------------

    def _greet(self) -> None:
        """Load the page itself, and get the cookie without which no file may be uploaded."""
        with urllib.request.urlopen(self.url, timeout=PATIENCE_SEC) as page:
            page.read()
        with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=PATIENCE_SEC) as answer:
            self._cookie = answer.headers.get("Set-Cookie", "").split(";")[0]

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=PATIENCE_SEC) as answer:
            return answer.read()

    def _put(self, path: str, name: str, data: bytes) -> None:
        border = uuid.uuid4().hex
        head = f'--{border}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        body = head.encode() + b"Content-Type: audio/midi\r\n\r\n" + data + f"\r\n--{border}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={border}",
            "Cookie": self._cookie,
            "X-Xsrftoken": self._cookie.partition("=")[2],
        }
        request = urllib.request.Request(f"{self.url}{path}", body, headers, method="PUT")
        with urllib.request.urlopen(request, timeout=PATIENCE_SEC) as answer:
            answer.read()
