"""What a kiosk gets from the server: pieces as it plays them, codes, choices, and who may change them."""

import asyncio
import itertools
import json
import threading
import time

import numpy as np
import pytest
from starlette.routing import Router

from koe.errors import AudioError, BusyError, Cancelled, InputError, ModelError
from koe.music.library import load_piece
from koe.music.midi import write_midi
from koe.music.notes import Note
from koe.music.piece import Pedal, Piece, Tempo
from koe.studio import Studio
from koe.web.kiosk import hall as hall_module
from koe.web.kiosk import piano, routes
from koe.web.kiosk.choices import Choices, Kept, choices_from
from koe.web.kiosk.hall import Hall, Ready
from koe.web.kiosk.operator import MOST_TRIES, WITHIN_SEC, Door, Tally, operator_password
from koe.web.kiosk.stock import Stock
from koe.web.kiosk.telling import told
from koe.web.serving.guard.gate import Gate as ServersGate

PASSWORD = "correct horse battery"
PLAYED = {"presses": [[60, 0, 0.3, 80], [64, 0.5, 0.8, 80], [67, 1, 1.6, 80]]}


# -- pieces as the page plays them ---------------------------------------------


def test_a_note_is_told_in_milliseconds_with_what_the_pedal_holds():
    notes = (Note(0, 60, 24, 90), Note(24, 64, 24, 70), Note(24, 67, 12, 70))
    piece = Piece(notes, 96, (Tempo(0, 60.0),), pedal=(Pedal(0, 127), Pedal(1440, 0)))
    said = told(piece, write_midi(piece))
    assert said["notes"] == [[0, 1000, 3000, 60, 90], [1000, 2000, 3000, 64, 70], [1000, 1500, 3000, 67, 70]]
    assert said["ms"] == 4000
    assert said["chords"] == [[0, 0, 4, 7]]


@pytest.mark.parametrize("slug", ["beethoven-moonlight-sonata", "joplin-entertainer", "bach-musette"])
def test_every_note_of_a_piece_is_told_once(slug):
    piece = load_piece(slug)
    rows = np.array(told(piece, write_midi(piece))["notes"])
    assert len(rows) == len({(note.onset, note.pitch) for note in piece.notes})
    assert (rows[:, 1] > rows[:, 0]).all()
    assert (rows[:, 2] >= rows[:, 1]).all()
    assert (np.diff(rows[:, 0]) >= 0).all()


def test_of_an_answer_nothing_before_it_is_told():
    piece = load_piece("mozart-sonata-k545")
    start = piece.measure_onsets[2]
    whole, rest = told(piece, write_midi(piece)), told(piece, write_midi(piece), start)
    from_ms = round(1000 * piece.seconds_at(start))
    late = [row for row in whole["notes"] if row[0] >= from_ms]
    assert [[row[0] + from_ms, row[3]] for row in rest["notes"]] == [[row[0], row[3]] for row in late]
    assert rest["chords"][0][0] == 0
    assert rest["ms"] == whole["ms"] - from_ms


def test_the_piano_has_every_key_near_one_of_its_notes():
    strip = piano.strip()
    assert len(strip.notes) == len(piano.layout()) == len(piano.PITCHES) * len(piano.VELOCITIES)
    for pitch in range(21, 109):
        assert min(abs(pitch - other) for other in piano.PITCHES) <= 2
    for note, (pitch, velocity, at, seconds) in zip(strip.notes, piano.layout(), strict=True):
        assert (note.pitch, note.velocity) == (pitch, velocity)
        assert strip.seconds_at(note.onset) == pytest.approx(at, abs=0.02)
        assert strip.seconds_at(note.end) == pytest.approx(at + seconds, abs=0.03)
    ends = [
        (at + seconds, following[2])
        for (_, _, at, seconds), following in zip(piano.layout(), piano.layout()[1:], strict=False)
    ]
    assert all(following - end >= 0.4 for end, following in ends)


# -- the stock -----------------------------------------------------------------


def wait_until(holds) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_the_stock_fills_every_kind_while_it_is_quiet_and_gives_each_once():
    quiet = threading.Event()
    numbers = iter(range(1000))
    stock = Stock(("a", "b"), lambda kind, _: f"{kind}{next(numbers)}", quiet.is_set, 2)
    stock.begin()
    stock.begin()
    assert stock.take() is None
    quiet.set()
    wait_until(lambda: stock.n_ready() == {"a": 2, "b": 2})
    given = {stock.take("a"), stock.take("a")}
    wait_until(lambda: stock.n_ready() == {"a": 2, "b": 2})
    given |= {stock.take("a"), stock.take()}
    assert len(given) == 4
    assert all(one.startswith(("a", "b")) for one in given)


def test_the_stock_goes_on_after_it_was_stopped_or_failed(monkeypatch):
    monkeypatch.setattr("koe.web.kiosk.stock.RETRY_SEC", 0.001)
    tries = iter([Cancelled("stop"), RuntimeError("disk"), RuntimeError("disk")])

    def make(kind, should_stop):
        if error := next(tries, None):
            raise error
        return kind

    stock = Stock(("a",), make, lambda: True, 1)
    stock.begin()
    wait_until(lambda: stock.n_ready() == {"a": 1})


def test_without_a_stock_nothing_is_made_ahead():
    stock = Stock(("a",), lambda *_: pytest.fail("made"), lambda: True, 0)
    stock.begin()
    assert stock.take("a") is None


# -- the hall ------------------------------------------------------------------


class Bare(Studio):
    """A studio whose models are missing."""

    @property
    def registry(self):
        raise ModelError("No model lies here.")


@pytest.fixture
def bare():
    """A hall without any network."""
    return Hall(Bare(), lambda: True, 0)


def test_without_networks_known_openings_are_heard_and_never_the_same_twice(bare):
    pieces = [bare.piece() for _ in range(12)]
    assert len({piece["id"] for piece in pieces}) == 12
    notes = [piece["notes"] for piece in pieces]
    assert all(first != second for first, second in itertools.pairwise(notes))
    assert bare.piece("sad")["mood"] == "sad"
    with pytest.raises(InputError, match="no mood"):
        bare.piece("bored")


def test_networks_that_are_still_loaded_are_not_waited_for(composing):
    hall = Hall(composing, lambda: True, 0, is_awake=lambda: False)
    openings = {len(load_piece(entry.slug).notes) for entry in composing.demo_pieces()}
    assert len(hall.piece("calm")["notes"]) in openings


def test_a_network_composes_and_answers_what_is_played(composing):
    hall = Hall(composing, lambda: True, 0)
    piece = hall.piece("dance")
    assert piece["mood"] == "dance"
    answer = hall.answer(PLAYED)
    assert answer["notes"][0][0] >= 0
    assert answer["id"] != piece["id"]
    with pytest.raises(InputError):
        hall.answer({"presses": []})
    with pytest.raises(InputError):
        hall.answer("loud")


def test_what_is_heard_can_be_taken_home_as_a_link_or_as_its_notes(bare):
    piece = bare.piece()
    link = bare.home(piece["id"], "https://koe.example.org")
    assert link["kind"] == "link"
    assert link["svg"].startswith("<svg")
    assert bare.home(piece["id"], "")["kind"] in ("midi", "none")
    small = bare._keep(Ready("few", Piece((Note(0, 60),), 96), 0, {"id": "few"}))
    assert bare.home(small["id"], "")["kind"] == "midi"
    for unknown in ("other", None, 7, ["few"]):
        with pytest.raises(InputError, match="no longer"):
            bare.home(unknown, "")


def test_only_the_last_pieces_are_kept(bare, monkeypatch):
    monkeypatch.setattr(hall_module, "MAX_KEPT", 2)
    first, *_ = [bare.piece() for _ in range(3)]
    with pytest.raises(InputError):
        bare.home(first["id"], "")


def test_a_way_leads_from_one_opening_to_the_other(bare, monkeypatch):
    monkeypatch.setattr(Hall, "_between", lambda self, ends, weight, qpm, metre: load_piece("bach-musette"))
    mix = bare.mix(0)
    assert len(mix["stops"]) == hall_module.MIX_STOPS
    assert mix["ends"][1] == {"title": "Prelude in C major", "composer": "Johann Sebastian Bach"}
    assert len({stop["id"] for stop in mix["stops"]}) == hall_module.MIX_STOPS
    assert bare.mix(0)["stops"] == mix["stops"]  # made once
    assert bare.home(mix["stops"][0]["id"], "https://koe.example.org")["kind"] == "link"
    with pytest.raises(InputError, match="pairs 0 to 2"):
        bare.mix(3)


def test_ways_are_made_ahead_once_there_is_a_piece_in_each_mood(monkeypatch):
    made = []
    monkeypatch.setattr(Hall, "_mixed", lambda self, slugs: made.append(slugs) or {"ends": [], "ready": []})
    hall = Hall(Bare(), lambda: True, 2)
    hall.stock.begin()
    wait_until(lambda: set(hall.stock.n_ready().values()) == {2})
    assert made == list(hall_module.PAIRS)
    hall.mix(1)
    assert len(made) == len(hall_module.PAIRS)


def test_a_way_that_cannot_be_made_keeps_no_piece_from_being_made():
    hall = Hall(Bare(), lambda: True, 2)
    hall.stock.begin()
    wait_until(lambda: set(hall.stock.n_ready().values()) == {2})
    with pytest.raises(ModelError):
        hall.mix(0)


# -- what the operator chooses --------------------------------------------------


def test_choices_outlast_the_server_in_a_file(tmp_path):
    path = tmp_path / "kiosk.json"
    assert Kept(path).now == Choices()
    chosen = choices_from({"loudness": 20, "languages": ["it", "de", "it"], "rest_from": "22:00", "rest_to": "08:00"})
    assert chosen.languages == ("it", "de")
    assert Kept(path).change(chosen)
    assert Kept(path).now == chosen
    assert [one.name for one in tmp_path.iterdir()] == ["kiosk.json"]
    assert not Kept().change(chosen)


def test_a_full_disk_costs_no_more_than_memory(tmp_path):
    kept = Kept(tmp_path / "gone" / "kiosk.json")
    assert not kept.change(Choices(loudness=3))
    assert kept.now.loudness == 3


@pytest.mark.parametrize(
    "sent",
    [
        *([], "loud", None, {"volume": 3}, {"loudness": 101}, {"loudness": "7"}, {"loudness": True}),
        *({"idle_sec": 0}, {"languages": []}, {"languages": ["es"]}, {"languages": "de"}, {"rest_from": "25:00"}),
        *({"rest_from": "22:00"}, {"rest_from": 22, "rest_to": 8}, {"rest_from": "22:00\n", "rest_to": "08:00"}),
    ],
)
def test_choices_that_cannot_be_are_refused(sent):
    with pytest.raises(InputError, match="kiosk"):
        choices_from(sent)


def test_a_damaged_file_of_choices_is_a_sentence(tmp_path):
    (tmp_path / "kiosk.json").write_text("{")
    with pytest.raises(InputError, match="cannot be read as choices"):
        Kept(tmp_path / "kiosk.json")


# -- who may -------------------------------------------------------------------


def test_whoever_guesses_often_is_let_in_no_more_for_a_while():
    now = [0.0]
    door = Door(PASSWORD, lambda: now[0])
    assert door.lets_in(PASSWORD)
    for wrong in ("", PASSWORD[:-1], None, 7, ["x"])[:MOST_TRIES]:
        assert not door.lets_in(wrong)
    assert door.is_closed
    assert not door.lets_in(PASSWORD)  # what is right says nothing while it is closed
    now[0] = WITHIN_SEC + 1
    assert door.lets_in(PASSWORD)
    assert not door.lets_in("\ud800")


def test_a_short_password_ends_the_start_with_a_sentence(monkeypatch):
    monkeypatch.setenv("KOE_OPERATOR_PASSWORD", "koe")
    with pytest.raises(InputError, match="has 3 characters; set one of 8 or more"):
        operator_password()
    monkeypatch.delenv("KOE_OPERATOR_PASSWORD")
    assert operator_password() == ""


def test_faults_are_short_lines_and_only_the_last():
    tally = Tally()
    for number in range(100):
        tally.fault(f"page: {number}\n" + "x" * 500)
    assert len(tally.faults) == 30
    assert tally.faults[-1][1].startswith("page: 99 x")
    assert len(tally.faults[-1][1]) == 160
    assert tally.count("visits")
    assert not tally.count("password")
    assert not tally.count(None)


# -- addresses -----------------------------------------------------------------


@pytest.fixture
def ask(monkeypatch, bare):
    """Ask a server that has a kiosk, with an operator."""
    monkeypatch.setenv("KOE_KIOSK", "1")
    monkeypatch.setenv("KOE_OPERATOR_PASSWORD", PASSWORD)
    monkeypatch.delenv("KOE_PUBLIC_URL", raising=False)
    for kept in (routes.hall, routes._kept, routes.door, routes._tally):
        kept.cache_clear()
    monkeypatch.setattr(routes, "hall", lambda: bare)
    router = Router(routes.kiosk_routes())

    def answer(path: str, sent: object = None, data: bytes | None = None):
        body = data if data is not None else b"" if sent is None else json.dumps(sent).encode()
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "method": "GET" if sent is None and data is None else "POST",
            "path": path,
            "headers": [],
            "query_string": query.encode(),
        }
        got, asked = [], iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive():
            if message := next(asked, None):
                return message
            await asyncio.sleep(3600)  # it stays

        async def send(message):
            got.append(message)

        asyncio.run(router(scope, receive, send))
        begun, *parts = got
        fields = {name.decode(): value.decode() for name, value in begun["headers"]}
        text = b"".join(part.get("body", b"") for part in parts)
        return begun["status"], fields, json.loads(text) if "json" in fields.get("content-type", "") else text

    yield answer
    for kept in (routes._kept, routes.door, routes._tally):
        kept.cache_clear()


def test_no_kiosk_unless_it_is_switched_on_and_no_operator_without_a_password(monkeypatch):
    monkeypatch.delenv("KOE_KIOSK", raising=False)
    assert routes.kiosk_routes() == []
    monkeypatch.setenv("KOE_KIOSK", "1")
    monkeypatch.delenv("KOE_OPERATOR_PASSWORD", raising=False)
    paths = {route.path for route in routes.kiosk_routes()}
    assert {"/kiosk", "/kiosk/kiosk.js", "/kiosk/api/piece"} <= paths
    assert not any(path.endswith(("/operator",)) for path in paths)


def test_the_page_and_its_files_come_with_their_types(ask):
    for path, kind in (("/kiosk", "html"), ("/kiosk/kiosk.js", "javascript"), ("/kiosk/kiosk.css", "css")):
        status, headers, data = ask(path)
        assert status == 200
        assert kind in headers["content-type"]
        assert data
    for path in ("/kiosk/routes.py", "/kiosk/../routes.py", "/kiosk/api", "/kiosk/kiosk.html"):
        assert ask(path)[0] == 404


def test_the_page_gets_state_pieces_and_counts(ask):
    status, headers, state = ask("/kiosk/api/state")
    assert (status, headers["cache-control"]) == (200, "no-store")
    assert state["choices"]["idle_sec"] == 60
    status, _, piece = ask("/kiosk/api/piece?mood=calm")
    assert (status, piece["mood"]) == (200, "calm")
    assert ask("/kiosk/api/home", {"id": piece["id"]})[0] == 200
    assert ask("/kiosk/api/count", {"kind": "visits"})[0] == 200
    assert ask("/kiosk/api/layout")[2] == piano.layout()


@pytest.mark.parametrize(
    ("path", "sent", "data"),
    [
        ("/kiosk/api/piece?mood=%3Cscript%3E", None, None),
        ("/kiosk/api/mix?pair=-1", None, None),
        ("/kiosk/api/mix?pair=%C2%B2", None, None),
        ("/kiosk/api/home", {"id": 3}, None),
        ("/kiosk/api/home", [], None),
        ("/kiosk/api/answer", {"presses": "x"}, None),
        ("/kiosk/api/answer", None, b"{"),
        ("/kiosk/api/answer", None, b"[" * 100_000),
        ("/kiosk/api/answer", None, b" " * (routes.MAX_BODY_BYTES + 1)),
        ("/kiosk/api/count", {"kind": "anything"}, None),
        ("/kiosk/api/count", 7, None),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(ask, path, sent, data):
    status, _, said = ask(path, sent, data)
    assert status == 400
    assert said["error"]


@pytest.mark.parametrize("error", [BusyError("Koe has all hands full."), AudioError("No sound.")])
def test_what_may_be_later_is_said_so(ask, bare, monkeypatch, error):
    def fail():
        raise error

    monkeypatch.setattr(bare, "piano", fail)
    status, _, said = ask("/kiosk/api/piano")
    assert (status, said["error"]) == (503, str(error))


def test_the_operator_sees_and_changes_with_the_password_alone(ask):
    ask("/kiosk/api/count", {"kind": "listen"})
    ask("/kiosk/api/count", {"fault": "no canvas"})
    status, _, told_ = ask("/kiosk/api/operator", {"password": PASSWORD, "choices": {"loudness": 12}})
    assert status == 200
    assert told_["choices"]["loudness"] == 12
    assert told_["kept"] is False
    assert told_["counts"]["listen"] == 1
    assert told_["faults"][0][1] == "page: no canvas"
    assert PASSWORD not in json.dumps(told_)
    assert ask("/kiosk/api/state")[2]["choices"]["loudness"] == 12
    status, _, said = ask("/kiosk/api/operator", {"password": PASSWORD, "choices": {"loudness": 120}})
    assert status == 400
    assert "0 to 100" in said["error"]


def test_a_wrong_password_changes_nothing_and_soon_closes_the_door(ask):
    for sent in (
        {},
        [],
        {"password": None},
        {"password": "x"},
        {"password": PASSWORD[:-1], "choices": {"loudness": 1}},
    ):
        assert ask("/kiosk/api/operator", sent)[0] == 403
    status, _, said = ask("/kiosk/api/operator", {"password": PASSWORD})
    assert (status, said["error"]) == (403, "closed")
    assert ask("/kiosk/api/state")[2]["choices"]["loudness"] == Choices().loudness


@pytest.mark.parametrize(("setting", "passes"), [("1", True), ("off", False)])
def test_the_servers_gate_lets_through_what_a_kiosk_sends(monkeypatch, setting, passes):
    monkeypatch.setenv("KOE_KIOSK", setting)
    passed, sent = [], []

    async def app(scope, receive, send):
        passed.append((scope["method"], scope["path"]))

    async def send(message):
        sent.append(message)

    for path in ("/kiosk/api/count", "/kiosk", "/continue"):
        scope = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b""}
        asyncio.run(ServersGate(app)(scope, None, send))
    assert passed == ([("POST", "/kiosk/api/count"), ("POST", "/kiosk")] if passes else [])
    assert {message["status"] for message in sent if "status" in message} == {405}
