"""A web server of the tests' own, on this machine."""

import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class Answer:
    """What a path of the server gives."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    says_length: bool = True


class Site:
    """Pages by path, and what was asked of them."""

    def __init__(self):
        self.pages: dict[str, Answer | list[Answer]] = {}
        self.requests: list[tuple[str, float, str]] = []  # path, time, user agent
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.requests.append((self.path, time.monotonic(), self.headers["User-Agent"]))
                answer = site.pages.get(self.path, Answer(b"nothing here", 404))
                if isinstance(answer, list):  # one after another; the last stays
                    answer = answer.pop(0) if len(answer) > 1 else answer[0]
                self.send_response(answer.status)
                headers = {"Content-Length": str(len(answer.body))} if answer.says_length else {}
                for name, value in (headers | answer.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(answer.body)
                except OSError:  # the visitor has seen enough
                    pass

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def paths(self):
        return [path for path, _, _ in self.requests]


@pytest.fixture
def open_site(monkeypatch):
    """Open sites; each is another host to a visitor, since its port is another."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    sites = []

    def opened():
        sites.append(Site())
        return sites[-1]

    yield opened
    for site in sites:
        site.close()


@pytest.fixture
def site(open_site):
    return open_site()
