"""Somebody forges uploads, or sends larger ones than may come."""

from collections.abc import Iterator
from contextlib import contextmanager

from koe.music.midi import write_midi
from koe.music.notes import note_at_step
from koe.music.piece import Piece
from tests.web.served import served

TUNE = Piece.on_steps(tuple(note_at_step(8 * n, 60 + n, 4) for n in range(16)), 128, title="Mine alone")


@contextmanager
def free_server(folder) -> Iterator:
    """A server without networks, nobody at its one place."""
    folder.mkdir()
    with served(folder) as server:
        server.process.stdin.close()
        yield server


def test_uploads_come_from_their_page_and_have_a_limit(new_visitor, tmp_path):
    with free_server(tmp_path / "server") as server:
        visitor = new_visitor(server.url)
        visitor.open("Your piece")
        with visitor.page.expect_request(lambda asked: "upload_file" in asked.url and asked.method == "PUT") as sent:
            visitor.upload("../../etc/Mine.mid", write_midi(TUNE))
        address, token = sent.value.url, sent.value.all_headers()["x-xsrftoken"]

        def put(url: str, n_bytes: int, **headers: str):
            file = {"name": "../../x.mid", "mimeType": "audio/midi", "buffer": bytes(n_bytes)}
            answer = visitor.context.request.put(url, headers=headers, multipart={"file": file})
            assert "Traceback" not in answer.text()
            assert "/koe/" not in answer.text()
            return answer.status

        proven = {"X-Xsrftoken": token}
        assert put(address, 10) == 403
        assert put(address, 10, **{"X-Xsrftoken": "forged"}) == 403
        assert put(address, 9 * 2**20, **proven) == 413
        assert put(address, 10, **proven) == 204
        *start, session, file = address.split("/")
        assert put("/".join([*start, f"{session}x", file]), 10, **proven) == 403
        visitor.complaints.clear()
