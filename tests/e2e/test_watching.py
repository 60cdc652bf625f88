"""What those who run Koe see of a visit: that it was, how long it took, and nothing of it."""

import json
import time
import urllib.error
import urllib.request

from playwright.sync_api import expect
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.visitor import PATIENCE_MS, Visitor
from tests.web.served import served


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def counted(url: str, name: str, **labels: str) -> float:
    """The sum of a metric's samples with these labels."""
    families = text_string_to_metric_families(get(f"{url}/metrics")[1])
    samples = (sample for family in families for sample in family.samples if sample.name == name)
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def test_a_visit_is_counted(visitor: Visitor, app_url: str):
    pages = counted(app_url, "koe_page_seconds_count", page="your_piece")
    visitor.open("Your piece")
    visitor.settle()
    assert counted(app_url, "koe_sessions") >= 1
    assert counted(app_url, "koe_page_seconds_count", page="your_piece") > pages
    refused = counted(app_url, "koe_faults_total", kind="MidiError")
    visitor.upload("Secret Sonata.mid", b"this is no music")
    expect(visitor.page.get_by_test_id("stAlert")).to_be_visible()
    assert counted(app_url, "koe_faults_total", kind="MidiError") == refused + 1
    assert "Secret" not in get(f"{app_url}/metrics")[1]


def test_the_server_is_ready_with_its_networks(app_url: str):
    end = time.monotonic() + PATIENCE_MS / 1000
    while get(f"{app_url}/readyz")[0] == 503 and time.monotonic() < end:
        time.sleep(0.2)
    assert json.loads(get(f"{app_url}/readyz")[1]) == {"status": "ready", "models": "loaded"}


def test_whoever_waits_sees_their_place_and_who_leaves_gives_it_up(new_visitor, tmp_path):
    with served(tmp_path) as server:  # somebody is at its only place
        first, second = new_visitor(server.url), new_visitor(server.url)
        for one in (first, second):
            # Who wants the very same sound waits for the first one's, not in the queue, and sees that one's place.
            one.page.goto(f"{server.url}/your_piece")
            one.press("your")
            expect(one.player("your").locator(".status")).to_contain_text("number 1 in the queue")
        assert server.values()["koe_queue_length"] == 1
        first.close()
        second.page.wait_for_timeout(2000)
        expect(second.player("your").locator(".status")).to_contain_text("number 1 in the queue")
        assert server.values()["koe_queue_length"] == 1
        server.process.stdin.close()  # the place is free
        second.hear(second.audio("your"))
        expect(second.player("your").locator(".status")).to_be_empty()
        second.close()  # before the server, which is still sending
