"""The server to those who watch it: addresses, headers, log, and an orderly end."""

import io
import json
import logging
import signal
import threading
from types import SimpleNamespace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from koe.errors import MidiError
from koe.web.serving import lifecycle, logs, metrics, routes, warmup
from koe.web.serving.headers import HEADERS
from koe.web.serving.queue import shared_limiter
from tests.web.served import served

SECRET = "Nocturne for Ada.mid"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with served(tmp_path_factory.mktemp("server")) as server:
        yield server


def test_ready_once_it_is_known_that_there_are_no_networks(server):
    state = json.loads(server.wait_for("/readyz", 200))
    assert state["models"] == "unavailable"
    assert "ModelError" in state["reason"]
    assert json.loads(server.get("/healthz")[2])["status"] == "alive"


def test_metrics_are_prometheus_text(server):
    server.wait_for("/readyz", 200)
    _, headers, text = server.get("/metrics")
    assert headers["Content-Type"].startswith("text/plain; version=")
    kinds = {family.name: family.type for family in text_string_to_metric_families(text)}
    assert kinds["koe_page_seconds"] == kinds["koe_work_seconds"] == "histogram"
    assert kinds["koe_work"] == kinds["koe_faults"] == "counter"
    values = server.values()
    assert values["koe_work_running"] == 1
    assert values["koe_queue_length"] == values["koe_sessions"] == 0
    assert values["koe_ready"] == 1
    assert values["process_resident_memory_bytes"] > 2e7


@pytest.mark.parametrize("path", ["/", "/healthz", "/continue", "/_stcore/health", "/media/none.mp3"])
def test_every_answer_has_the_headers(server, path):
    _, headers, _ = server.get(path)
    assert {name: headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/app.py",
            "/.streamlit/config.toml",
            "/koe/web/serving/server.py",
            "/koe/",
            "/assets/",
            "/static/",
            "/app/static/",
        ),
        *("/media/", "/component/", "/_stcore/", "/static/..%2f..%2fapp.py", "/media/..%2f..%2fapp.py"),
        *("/../app.py", "//etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"),
    ],
)
def test_no_file_and_no_folder_is_given_away(server, path):
    status, _, body = server.get(path)
    page = server.get("/")[2]
    assert status in (400, 404) or body == page  # Streamlit answers unknown addresses with its one page
    assert "Traceback" not in body
    assert "root:" not in body


def test_what_is_not_asked_for_properly_gets_no_traceback(server):
    assert server.get("/healthz", "POST", b"x")[0] == 405
    status, _, body = server.get("/_stcore/upload_file/nobody/nothing", "PUT", b"x")
    assert status in (400, 403)  # no session, and no token against forged requests
    assert "Traceback" not in body
    assert server.get("/_stcore/agent/interact", "POST", b"{}")[0] >= 400  # Streamlit's interface for programs is off


def test_told_to_stop_it_is_not_ready_finishes_its_work_and_leaves_nothing(server):
    """The last test of this module: it ends the server."""
    server.wait_for("/readyz", 200)
    assert len(list(server.temporary.glob("koe-*/run-*"))) == 1
    server.process.send_signal(signal.SIGTERM)
    assert json.loads(server.wait_for("/readyz", 503))["status"] == "stopping"
    assert server.get("/healthz")[0] == 200  # alive, and still at work
    assert server.process.poll() is None
    server.process.stdin.close()  # the work is done
    assert server.process.wait(100) in (-signal.SIGTERM, 0)
    assert list(server.temporary.glob("koe-*/run-*")) == []
    lines = [json.loads(line) for line in server.log_file.read_text().splitlines()]
    said = [line["message"] for line in lines if line["logger"].endswith((".lifecycle", ".ending"))]
    assert said == ["Koe starts", "Told to stop", "Koe ends"]
    assert all({"time", "level", "logger", "message"} <= line.keys() for line in lines)
    (failed,) = [line for line in lines if "could not be loaded" in line["message"]]
    assert failed["error"] == "ModelError"
    assert any(place.startswith("koe/web/serving/warmup.py:") for place in failed["where"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KOE_WORKERS", "none"),
        ("KOE_LOG_LEVEL", "loud"),
        ("KOE_GRACE_SEC", "-1"),
        ("KOE_AHEAD", "1000"),
        ("KOE_KIOSK", "yes"),
    ],
)
def test_a_wrong_setting_is_one_sentence(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    # What else it does with the log would be felt by all tests after this one.
    monkeypatch.setattr(lifecycle.logs, "set_up", lambda: logs.one_of("KOE_LOG_LEVEL", logs.LEVELS, "info"))
    monkeypatch.setattr(lifecycle, "shared_limiter", shared_limiter.__wrapped__)
    with pytest.raises(SystemExit, match=f"koe: {name} is '{value}'; set it to"):
        lifecycle.set_up()


def test_not_ready_while_the_networks_are_being_loaded(monkeypatch):
    loading = SimpleNamespace(done=False, error=None)
    monkeypatch.setattr(warmup, "warm_up", lambda: loading)
    assert routes.readiness()["status"] == "starting"
    loading.done = True
    assert routes.readiness() == {"status": "ready", "models": "loaded"}


# -- the log ----------------------------------------------------------------


def logged(formatter: logging.Formatter) -> str:
    """What is written of an error whose message quotes a visitor's file."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    log = logging.Logger("koe.test")
    log.addHandler(handler)
    try:
        try:
            {}[SECRET]
        except KeyError as error:
            raise ValueError(f"cannot read {SECRET}") from error
    except ValueError:
        log.exception("A page failed", extra={"facts": {"page": "continue"}})
    return stream.getvalue()


@pytest.mark.parametrize("formatter", [logs.JsonFormatter, logs.TextFormatter])
def test_the_log_names_the_error_and_its_place_but_nothing_of_the_visitor(formatter):
    written = logged(formatter())
    assert SECRET not in written
    assert "Ada" not in written
    for word in ("ValueError", "KeyError", "A page failed", "continue", "tests/web/test_operations.py"):
        assert word in written


def test_a_line_of_the_log_is_one_object():
    line = logged(logs.JsonFormatter())
    assert line.count("\n") == 1
    read = json.loads(line)
    assert read["error"] == "ValueError"
    assert read["cause"] == "KeyError"
    assert read["page"] == "continue"
    assert read["level"] == "error"
    assert SECRET in logged(logs.JsonFormatter(with_messages=True))  # for a developer


def test_no_line_can_be_forged():
    record = logging.LogRecord("koe", logging.INFO, "", 0, 'two\nlines "quoted"', None, None)
    assert json.loads(logs.JsonFormatter().format(record))["message"] == 'two\nlines "quoted"'
    assert "\n" not in logs.JsonFormatter().format(record)


# -- the counters -------------------------------------------------------------


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_fault_is_counted_once_on_its_way():
    before = value("koe_faults_total", kind="MidiError")
    error = MidiError(f"{SECRET} is no MIDI file")
    for _ in range(3):
        metrics.count_fault(error)
    metrics.count_fault(MidiError("another"))
    assert value("koe_faults_total", kind="MidiError") == before + 2


def test_a_page_is_timed_however_its_run_ends():
    before = value("koe_page_seconds_count", page="home")
    with metrics.page_run(""):
        pass
    with pytest.raises(GeneratorExit), metrics.page_run(""):
        raise GeneratorExit
    assert value("koe_page_seconds_count", page="home") == before + 2


def test_counting_from_many_threads_loses_nothing():
    before = value("koe_page_seconds_count", page="about")

    def run():
        for _ in range(200):
            with metrics.page_run("about"):
                pass

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value("koe_page_seconds_count", page="about") == before + 1600
