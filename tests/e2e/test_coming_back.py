"""The line breaks, or the server is killed and another comes: visitors keep what they made."""

import socket
import threading
from contextlib import suppress

import pytest
from playwright.sync_api import expect

from koe.music.midi import write_midi
from tests.e2e.test_uploads import TUNE, free_server
from tests.e2e.visitor import PATIENCE_MS

# What a browser, and Streamlit in it, say of a server that does not answer.
BROKEN_LINE = ("net::ERR_", "WebSocket", "Client Error in reaching server endpoint", "Is Streamlit still running?")


class Gate:
    """A line between browsers and a server, which can be cut, and led to another server."""

    def __init__(self) -> None:
        self.target = 0
        self.open = True
        self._listener = socket.create_server(("localhost", 0))
        self.url = f"http://localhost:{self._listener.getsockname()[1]}"
        self._lines: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """Break every line that there is, and let none be made."""
        self.open = False
        while self._lines:
            line = self._lines.pop()
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self.open:
                    near.close()
                    continue
                try:
                    far = socket.create_connection(("localhost", self.target))
                except OSError:
                    near.close()
                    continue
                self._lines += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    @staticmethod
    def _pump(one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        with suppress(OSError):
            other.shutdown(socket.SHUT_WR)


@pytest.fixture
def gate():
    gate = Gate()
    yield gate
    gate.close()


def port(server) -> int:
    return int(server.url.rpartition(":")[2])


def move_on(visitor, measure: str) -> None:
    """Let the segment start a measure later, and wait until the browser remembers it."""
    before = visitor.page.evaluate("koeMemory.written")
    visitor.slider("your-measure").press("ArrowRight")
    expect(visitor.slider("your-measure")).to_have_value(measure)
    visitor.page.wait_for_function("(before) => koeMemory.written !== before", arg=before, timeout=PATIENCE_MS)
    visitor.settle()


def test_a_visitor_whose_line_breaks_or_whose_server_is_killed_finds_everything_again(new_visitor, gate, tmp_path):
    with free_server(tmp_path / "first") as first:
        gate.target = port(first)
        visitor = new_visitor(gate.url)
        visitor.open("Your piece")
        visitor.upload("mine.mid", write_midi(TUNE))
        expect(visitor.page.get_by_text("Mine alone").first).to_be_visible()
        visitor.settle()
        heard = visitor.notes("your")
        assert [note.pitch for note in heard] == [note.pitch for note in TUNE.notes]
        move_on(visitor, "2")

        # The browser is gone for a while, and back: the same session, nothing made anew.
        gate.cut()
        visitor.page.wait_for_timeout(1500)
        assert visitor.notes("your") == heard  # the page stays, and stays as it was
        gate.open = True
        expect(visitor.page.locator("[data-test-connection-state=CONNECTED]")).to_be_visible(timeout=PATIENCE_MS)
        move_on(visitor, "3")
        assert visitor.notes("your") == heard
        assert first.values()["koe_sessions"] == 1

        session = visitor.page.evaluate("koeMemory.asked")

        # kill -9, and another server in its place.
        first.process.kill()
        first.process.wait(10)
        with free_server(tmp_path / "second") as second:
            gate.target = port(second)
            visitor.page.wait_for_function("(session) => koeMemory.asked !== session", arg=session, timeout=PATIENCE_MS)
            visitor.settle()
            expect(visitor.slider("your-measure")).to_have_value("3", timeout=PATIENCE_MS)
            # The new server has it, too: what comes from it now is of this piece.
            move_on(visitor, "4")
            assert visitor.notes("your") == heard
            assert not visitor.overflow()
            assert second.values()["koe_sessions"] == 1
            visitor.close()
    # Nothing but the lines that broke. How often they are tried hangs on how long a server takes to start.
    assert not [said for said in visitor.complaints if not any(words in said for words in BROKEN_LINE)]
    visitor.complaints.clear()
