"""What a browser may tell its page: the messages that Koe's pages send, of a size and shape that they can have.

Streamlit takes any message that its format knows: from any visitor it would
clear the caches of all, and it reads whatever JSON a component is said to have
sent with Python's lock held. So each message is judged before Streamlit sees
it. The limits lie far above what the pages send: a page has less than two
hundred widgets, a project that a browser kept at most 3,000,000 characters, a
take on the piano 2000 presses of a few numbers each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

MAX_BYTES = 4 * 2**20
MAX_WIDGETS = 2000
MAX_FIELDS = 10_000  # of a message and of its state, widgets apart: hashes of what the browser has kept
MAX_ID_CHARS = 2000  # Streamlit's own name of a widget, and ours in it
MAX_NUMBERS = 10_000  # of a widget of several values; a latent vector has 128
MAX_ITEMS = 50_000  # of all that a component sends at once
MAX_DEPTH = 12
MAX_QUERY_CHARS = 16_384  # twice the longest link
MAX_FILES = 32  # to be uploaded at once

TEXT_FRAME, TOO_BIG, NOT_OURS, BROKEN = 1003, 1009, 1008, 1002  # RFC 6455, section 7.4.1

_MESSAGES = ("rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request")
_IGNORED = ("load_git_info", "set_run_on_save")  # Streamlit's own menus may send these, and Koe has no use for them
_OPERATIONS = ("deferred_file",)
_VALUES = (
    *("trigger_value", "bool_value", "double_value", "int_value", "string_value"),
    *("double_array_value", "int_array_value", "string_array_value"),
    *("json_value", "json_trigger_value", "string_trigger_value", "file_uploader_state_value"),
)
_ID = "$$"  # as every widget's does; what is called otherwise would be taken for a value that the pages keep
_JSON = ("json_value", "json_trigger_value")
_ARRAYS = ("double_array_value", "int_array_value", "string_array_value")
# A string, which may hold brackets that are none, or a bracket.
_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]')

_RERUN = BackMsg.RERUN_SCRIPT_FIELD_NUMBER
_STATES = ClientState.WIDGET_STATES_FIELD_NUMBER
_WIDGETS = WidgetStates.WIDGETS_FIELD_NUMBER


@dataclass(frozen=True)
class Refused(Exception):
    """Why a connection is closed; ``code`` is one of RFC 6455."""

    code: int
    reason: str


def read_message(data: bytes) -> BackMsg | None:
    """Read a message that a page may have sent; None where it is to be passed over.

    Raises
    ------
    Refused
        If no page of Koe's sends such a message.
    """
    if len(data) > MAX_BYTES:
        raise Refused(TOO_BIG, f"at most {MAX_BYTES} bytes a message")
    _count(data)  # before anything is built of it
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise Refused(BROKEN, "no message of a page") from None
    kind = message.WhichOneof("type")
    if kind in _IGNORED:
        return None
    if kind not in _MESSAGES:
        raise Refused(NOT_OURS, "pages send no such message")
    if kind == "rerun_script":
        _judge_state(message.rerun_script)
    elif kind == "backend_operation_request":
        if message.backend_operation_request.WhichOneof("payload") not in _OPERATIONS:
            raise Refused(NOT_OURS, "pages ask for no such thing")
    elif kind == "file_urls_request" and len(message.file_urls_request.file_names) > MAX_FILES:
        raise Refused(NOT_OURS, f"at most {MAX_FILES} files at once")
    return message


def _judge_state(state: ClientState) -> None:
    if len(state.query_string) > MAX_QUERY_CHARS:
        raise Refused(NOT_OURS, f"at most {MAX_QUERY_CHARS} characters in an address")
    if max(len(text) for text in (state.page_name, state.page_script_hash, state.fragment_id)) > MAX_ID_CHARS:
        raise Refused(NOT_OURS, "no name of a page")
    n_items = sum(_items(widget) for widget in state.widget_states.widgets)
    if n_items > MAX_ITEMS:
        raise Refused(NOT_OURS, f"at most {MAX_ITEMS} values from components")


def _items(widget: WidgetState) -> int:
    """How many values the JSON of a component has, about; 0 for other widgets."""
    kind = widget.WhichOneof("value")
    if len(widget.id) > MAX_ID_CHARS or not widget.id.startswith(_ID):
        raise Refused(NOT_OURS, "no name of a widget")
    if kind is not None and kind not in _VALUES:
        raise Refused(NOT_OURS, "pages have no such widget")
    if kind in _ARRAYS and len(getattr(widget, kind).data) > MAX_NUMBERS:
        raise Refused(NOT_OURS, f"at most {MAX_NUMBERS} values of a widget")
    if kind not in _JSON:
        return 0
    text: str = getattr(widget, kind)
    n_items = 1 + text.count(",") + text.count("[") + text.count("{")
    if n_items <= MAX_ITEMS and _depth(text) > MAX_DEPTH:
        raise Refused(NOT_OURS, f"at most {MAX_DEPTH} brackets within each other")
    return n_items


def _depth(text: str) -> int:
    """How deep the brackets of JSON lie within each other."""
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _count(data: bytes) -> None:
    """Look at a message's outline alone, and refuse one that has too many parts."""
    n_widgets = n_fields = 0
    view = memoryview(data)
    for number, state in _fields(view):
        n_fields += 1
        for inner, states in _fields(state) if number == _RERUN and state is not None else ():
            n_fields += 1
            for field, _ in _fields(states) if inner == _STATES and states is not None else ():
                n_widgets += field == _WIDGETS
                n_fields += field != _WIDGETS
                if n_widgets > MAX_WIDGETS:
                    raise Refused(NOT_OURS, f"at most {MAX_WIDGETS} widgets")
            if n_fields > MAX_FIELDS:
                raise Refused(NOT_OURS, f"at most {MAX_FIELDS} parts")
        if n_fields > MAX_FIELDS:
            raise Refused(NOT_OURS, f"at most {MAX_FIELDS} parts")


def _fields(data: memoryview) -> Iterator[tuple[int, memoryview | None]]:
    """The fields of a message in protobuf's format: number, and bytes of those that have a length."""
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if wire == 0:
            _, at = _varint(data, at)
            yield number, None
        elif wire == 2:
            length, at = _varint(data, at)
            if length > end - at:
                raise Refused(BROKEN, "no message of a page")
            yield number, data[at : at + length]
            at += length
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
            yield number, None
        else:  # groups, which protobuf itself has given up
            raise Refused(BROKEN, "no message of a page")


def _varint(data: memoryview, at: int) -> tuple[int, int]:
    """A number in protobuf's format, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise Refused(BROKEN, "no message of a page")
