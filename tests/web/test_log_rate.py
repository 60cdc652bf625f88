"""A log that grows no faster than somebody can read it."""

import logging

from koe.errors import BusyError
from koe.web.serving.log_rate import LINES, MAX_KINDS, WINDOW_SEC, RateLimit
from koe.web.serving.logs import is_news


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("koe.test", logging.WARNING, "", 0, message, None, None)


def test_of_one_kind_so_many_lines_are_written_and_the_rest_is_counted():
    now = [0.0]
    limit = RateLimit(lambda: now[0])
    written = [limit.filter(record("again")) for _ in range(LINES + 30)]
    assert written == [True] * LINES + [False] * 30
    assert limit.filter(record("something else"))
    now[0] = WINDOW_SEC
    first = record("again")
    assert limit.filter(first)
    assert first.facts == {"left_out": 30}
    assert limit.filter(record("again"))


def test_what_says_something_else_each_time_is_one_kind_in_the_end():
    limit = RateLimit(lambda: 0.0)
    written = sum(limit.filter(record(str(number))) for number in range(3 * MAX_KINDS))
    assert written == MAX_KINDS + LINES


def test_what_was_refused_is_no_error_of_a_download():
    def failed(cause: Exception, logger: str) -> logging.LogRecord:
        error = RuntimeError("Callable execution failed")
        error.__cause__ = cause
        return logging.LogRecord(logger, logging.ERROR, "", 0, "An error", None, (RuntimeError, error, None))

    assert not is_news(failed(BusyError("full"), "streamlit.runtime.backend_operation_handler"))
    assert is_news(failed(KeyError("x"), "streamlit.runtime.backend_operation_handler"))
    assert is_news(failed(BusyError("full"), "koe.web"))
    assert is_news(record("a line"))
