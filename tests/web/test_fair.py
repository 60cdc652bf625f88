"""One page asks for everything and leaves; another one gets what it asked for."""

import uuid

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.media_file_storage import MediaFileKind
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage

from koe.web.serving.guard.taken_home import drop_oldest
from koe.web.serving.guard.talk import MAX_ASKED, MAX_MAKING
from tests.web.client import Page
from tests.web.served import served
from tests.web.test_queue import soon


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server whose only place at work is taken until the end."""
    with served(tmp_path_factory.mktemp("server")) as server:
        server.wait_for("/readyz", 200)
        yield server


def files(page: Page) -> dict[str, str]:
    """What the page's buttons for downloads make, by the ends of their keys."""
    buttons = [message.delta.new_element.download_button for message in page.seen]
    return {one.id.rpartition("-")[2]: one.deferred_file_id for one in buttons if one.deferred_file_id}


def ask_for(page: Page, file: str) -> str:
    message = BackMsg()
    asked = message.backend_operation_request
    asked.request_id, asked.session_id, asked.deferred_file.file_id = uuid.uuid4().hex, page.session, file
    page.say(message)
    return asked.request_id


def answered(page: Page, request: str) -> ForwardMsg:
    return page.wait_for(
        lambda message: (
            message.WhichOneof("type") == "backend_operation_response"
            and message.backend_operation_response.request_id == request
        )
    )


def opened(server) -> Page:
    page = Page(server.url).open("your_piece")
    assert {"wav", "txt", "pdf"} <= set(files(page))
    return page


def test_who_asks_for_everything_waits_alone_and_is_forgotten_on_leaving(server):
    greedy = [opened(server) for _ in range(3)]
    for page in greedy:
        for _ in range(10):
            ask_for(page, files(page)["wav"])
    assert soon(lambda: server.values()["koe_queue_length"] == len(greedy) * MAX_MAKING)
    with opened(server) as other:
        request = ask_for(other, files(other)["txt"])
        assert answered(other, request).backend_operation_response.deferred_file.url
        assert server.values()["koe_queue_length"] == len(greedy) * MAX_MAKING
    for page in greedy:
        page.socket.close()
    assert soon(lambda: server.values()["koe_queue_length"] == 0)
    assert server.values()["koe_work_running"] == 1


def test_there_is_an_end_to_what_one_page_may_ask_for(server):
    with opened(server) as page:
        wav = files(page)["wav"]
        for _ in range(MAX_MAKING + MAX_ASKED):
            ask_for(page, wav)
        request = ask_for(page, wav)
        assert answered(page, request).backend_operation_response.error_msg == "Too many files are being made."
        assert page.is_alive()


def test_of_files_to_be_taken_home_the_oldest_go_first():
    storage = MemoryMediaFileStorage("/media")

    def add(letter: bytes, kind: MediaFileKind = MediaFileKind.DOWNLOADABLE) -> str:
        return storage.load_and_get_id(100 * letter, "audio/wav", kind)

    picture, *files = add(b"p", MediaFileKind.MEDIA), *map(add, (b"a", b"b", b"c", b"d"))
    drop_oldest(storage, 350)
    assert list(storage._files_by_id) == [picture, *files[2:]]
    drop_oldest(storage, 10)
    assert list(storage._files_by_id) == [picture, files[-1]]
