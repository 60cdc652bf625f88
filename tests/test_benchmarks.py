"""The arithmetic and the words of the benchmark suite; nothing here is timed."""

import asyncio

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.client import Client
from benchmarks.crowd import cells_of, own_chord, own_file
from benchmarks.figures import Figure, Run, number_in_words, read_runs, table, write_runs
from benchmarks.report import report
from benchmarks.suite import SUITE, command
from koe.music.midi import read_midi

STEP = Figure("a step", 0.2, "ms", "a call", 12.0, "reading", 0.1, target=0.25, ratio_target=60)
RATE = Figure("read", 30.0, "pieces/s", "another", 10.0, "a loop", 120.0, target=25.0, more_is_better=True)


def test_a_time_is_better_the_shorter_it_is():
    assert STEP.ratio == pytest.approx(60)
    assert STEP.share == pytest.approx(0.5)
    assert STEP.met is True


def test_a_rate_is_better_the_higher_it_is():
    assert RATE.ratio == pytest.approx(3)
    assert RATE.share == pytest.approx(0.25)
    assert RATE.met is True


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({"target": 0.19}, False),  # too slow
        ({"ratio_target": 61}, False),  # fast enough, but not so many times faster than the call
        ({"target": None, "ratio_target": 60}, True),
        ({"target": 0.2, "ratio_target": None}, True),  # reaching it is enough
        ({"baseline_value": None}, False),  # nothing to be faster than
        ({"target": None, "ratio_target": None}, None),
    ],
)
def test_every_target_must_be_met(changes, met):
    assert Figure(**{**vars(STEP), **changes}).met is met


def test_nothing_wrong_is_what_a_target_of_nothing_asks_for():
    assert Figure("errors", 0, "", target=0).met is True
    assert Figure("errors", 1, "", target=0).met is False


def test_a_table_has_the_columns_that_its_figures_fill():
    lines = table([STEP, RATE]).splitlines()
    assert lines[0] == "|  | value | against | times better | limit | of the limit | target | met |"
    assert lines[2] == (
        "| a step | 0.2 ms | a call: 12 ms | 60 | reading: 0.1 ms | 50 % | ≤ 0.25 ms and ≥ 60 times | yes |"
    )
    assert lines[3].endswith("| ≥ 25 pieces/s | yes |")
    assert table([Figure("memory", 812.4, "MB")]).splitlines()[0] == "|  | value |"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "0"),
        (0.00234, "0.0023"),
        (0.1234, "0.123"),
        (1.5, "1.5"),
        (23.44, "23.4"),
        (100.0, "100"),
        (84321.7, "84322"),
    ],
)
def test_numbers_are_written_with_the_digits_that_count(number, words):
    assert number_in_words(number) == words


def run_of(name: str, *figures: Figure) -> Run:
    return Run(name, f"python -m benchmarks {name}", "2026-01-02 03:04", 1.25, 7.0, "2 cores", figures, ("Mind this.",))


def test_figures_come_back_as_they_were_kept(tmp_path):
    runs = {"continuation": run_of("continuation", STEP), "midi": run_of("midi", RATE)}
    write_runs(runs, tmp_path / "new" / "figures.json")
    assert read_runs(tmp_path / "new" / "figures.json") == runs
    assert read_runs(tmp_path / "none.json") == {}


def test_the_document_says_what_was_missed_and_how_it_was_measured():
    slow = Figure("a slow step", 9.0, "ms", target=1.0)
    document = report({"midi": run_of("midi", RATE), "continuation": run_of("continuation", STEP, slow)}, titles())
    assert "Of 3 targets 2 are met." in document
    assert "- Continuing a piece: a slow step" in document
    assert document.index("## Continuing a piece") < document.index("## Reading MIDI")  # the suite's order
    for words in ("    python -m benchmarks midi\n", "Mind this.", "load 1.2 before", "it took 7 s", "2 cores"):
        assert words in document
    assert "## Training" not in document
    assert "Not measured here yet: Autoencoders;" in document


def titles() -> dict[str, str]:
    return {name: title for name, (_, title) in SUITE.items()}


def test_a_command_names_its_own_benchmark_and_nobodys_folders():
    given = ["midi", "corpus", "--midi", "/home/somebody/music", "--minutes", "2"]
    assert command("midi", given) == "python -m benchmarks midi --midi MIDI_FOLDER --minutes 2"


def test_every_visitor_brings_music_of_their_own():
    files = [own_file(number) for number in range(1, 120)]
    assert len(set(files)) == len(files)
    assert all(read_midi(data).n_measures > 5 for data in files[::40])  # there are segments to choose from
    assert len({own_chord(number) for number in range(1, 120)}) == 119


def test_notes_cut_in_two_fill_the_same_cells():
    whole, cut = ((0, 60, 3), (2, 64, 1)), ((0, 60, 1), (1, 60, 2), (2, 64, 1))
    assert cells_of(whole) == cells_of(cut) == ((0, 60, 1), (1, 60, 1), (2, 60, 1), (2, 64, 1))


class Wire:
    """A socket that has received these messages, and takes what is sent."""

    def __init__(self, *messages: ForwardMsg) -> None:
        self.messages = [message.SerializeToString() for message in messages]
        self.sent: list[bytes] = []

    async def recv(self) -> bytes:
        return self.messages.pop(0)

    async def send(self, data: bytes) -> None:
        self.sent.append(data)


def begun() -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.page_script_hash = "page"
    message.new_session.initialize.session_id = "session"
    return message


def shown(place: int, key: str) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend([0, place])
    message.delta.new_element.button.id = f"$$ID-0123456789abcdef-{key}"
    return message


def ended() -> ForwardMsg:
    message = ForwardMsg()
    message.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    return message


def complaint() -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend([0, 9])
    message.delta.new_element.alert.body = "That is no MIDI file."
    message.delta.new_element.alert.format = 1
    return message


def test_a_client_sees_what_the_last_run_of_the_page_shows():
    client = Client("http://localhost")
    first = (begun(), shown(0, "continue-go"), shown(1, "stop"), ended())
    client._socket = Wire(*first, begun(), shown(0, "continue-go"), complaint(), ended())  # type: ignore[assignment]

    async def go() -> None:
        client._running = True
        await client.finished()
        assert client.has("stop")
        assert client.widget("continue-go") == "$$ID-0123456789abcdef-continue-go"  # a key may have a hyphen
        await client.press("stop")
        await client.finished()

    asyncio.run(go())
    assert not client.has("stop")
    assert client.has("continue-go")
    assert client.complaints == ["That is no MIDI file."]
