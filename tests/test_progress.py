import io

from koe.cli.progress import Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def shown(stream, steps, total, what="files"):
    """What is written when so many are done at such seconds."""
    clock = Clock()
    progress = Progress(what, stream, clock)
    for seconds, done in steps:
        clock.now = 100.0 + seconds
        progress(done, total)
    return stream.getvalue()


def test_a_terminal_gets_one_line_with_a_bar_and_the_time_left():
    steps = [(second, 10 * second) for second in range(1, 31)]
    text = shown(Terminal(), steps, total=1200)
    assert "\n" not in text
    last = text.split("\r")[-1]
    # 300 of 1200 in 30 s: a quarter of 24 characters, and three times as long to go.
    assert last.rstrip() == "koe: [######..................] 25 % 300 of 1200 files, about 2 min left"


def test_the_line_ends_when_all_is_done_and_covers_what_stood_there():
    text = shown(Terminal(), [(3, 1), (1000, 1000)], total=1000)
    before, last = text.split("\r")[-2:]
    assert last.endswith("\n")
    assert len(last.rstrip("\n")) >= len(before)
    assert "1000 of 1000 files, 17 min in all" in last


def test_a_terminal_is_not_flooded():
    steps = [(number / 10_000, number) for number in range(1, 5000)]
    assert shown(Terminal(), steps, total=10_000).count("\r") <= 6


def test_a_log_gets_a_line_now_and_then():
    lines = shown(io.StringIO(), [(second, second) for second in range(1, 101)], total=100, what="links").splitlines()
    assert 5 <= len(lines) <= 7
    assert lines[0] == "koe: 1 of 100 links"
    assert lines[2] == "koe: 41 of 100 links, about 59 s left"
    assert lines[-1] == "koe: 100 of 100 links, 2 min in all"


def test_the_estimate_follows_what_was_done_last():
    """A resumed build takes over thousands of files at once; what counts is how fast the others are read."""
    steps = [(1, 50_000)] + [(second, 50_000 + 10 * second) for second in range(2, 200)]
    last = shown(io.StringIO(), steps, total=60_000).splitlines()[-1]
    # At ten files a second; the average since the start would promise less than a minute.
    assert last == "koe: 51810 of 60000 files, about 14 min left"


def test_nothing_is_promised_at_once():
    assert "left" not in shown(Terminal(), [(0.5, 3), (1.0, 4)], total=100)
    assert "left" not in shown(Terminal(), [(5, 0), (9, 0)], total=100)


def test_the_time_to_get_going_is_no_measure():
    assert "left" not in shown(Terminal(), [(60, 1)], total=100)
    assert shown(Terminal(), [(60, 1), (70, 11)], total=100).endswith("about 89 s left")
