"""The log: a line of JSON each, and in none of them what a visitor brought, made or typed.

Messages of errors may quote a file's name or a title, so of an unexpected error
only its class and the lines of code that it came through are written. At the
level ``debug``, for a developer's own machine, the message is there as well.
"""

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from streamlit import logger as streamlit_logger

from koe.errors import KoeError
from koe.settings import one_of
from koe.web.serving.log_rate import RateLimit

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("json", "text")
_ROOT = Path(__file__).resolve().parents[3]
_SERVERS = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


def fields(record: logging.LogRecord, *, with_messages: bool = False) -> dict[str, Any]:
    """What is written of a record; ``extra={"facts": {...}}`` of a call adds fields of its own."""
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "message": record.getMessage(),
        **getattr(record, "facts", {}),
    }
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        line["error"] = type(error).__name__
        line["where"] = [
            f"{_shown(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        if cause := error.__cause__ or error.__context__:
            line["cause"] = type(cause).__name__
        if with_messages:
            line["error_message"] = str(error)
    return line


class JsonFormatter(logging.Formatter):
    """One JSON object a record."""

    def __init__(self, with_messages: bool = False) -> None:
        super().__init__()
        self.with_messages = with_messages

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as one line."""
        return json.dumps(fields(record, with_messages=self.with_messages), ensure_ascii=False, default=str)


class TextFormatter(JsonFormatter):
    """The same for people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record as one line, and one more for each line of code that an error came through."""
        line = fields(record, with_messages=self.with_messages)
        head = [f"{line.pop('time')[11:19]} {line.pop('level'):7} {line.pop('logger')}: {line.pop('message')}"]
        where = line.pop("where", ())
        return "\n  ".join([" ".join([*head, *(f"{name}={value}" for name, value in line.items())]), *where])


def is_news(record: logging.LogRecord) -> bool:
    """Whether a record tells of more than what Koe refused or gave up: Streamlit calls that an error in a download."""
    error = record.exc_info[1] if record.exc_info else None
    return not (record.name.startswith("streamlit") and error is not None and isinstance(error.__cause__, KoeError))


def set_up() -> None:
    """Send everything that is logged in this process through one handler, as the environment says (`koe.settings`)."""
    level = one_of("KOE_LOG_LEVEL", LEVELS, "info")
    form = one_of("KOE_LOG_FORMAT", FORMATS, "text" if sys.stderr.isatty() else "json")
    formatter = (JsonFormatter if form == "json" else TextFormatter)(level == "debug")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(is_news)
    handler.addFilter(RateLimit())
    logging.basicConfig(level=max(logging.WARNING, _number(level)), handlers=[handler], force=True)
    logging.getLogger("koe").setLevel(_number(level))
    logging.captureWarnings(True)
    _join_in(max(logging.WARNING, _number(level)))
    sys.excepthook = lambda kind, error, trace: _uncaught(error)
    threading.excepthook = lambda facts: _uncaught(facts.exc_value)


def _join_in(level: int) -> None:
    """Let Streamlit and its server, which bring handlers of their own, use ours."""

    def use_ours(logger: logging.Logger) -> None:
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(level)

    # What Streamlit calls for each logger that it makes, also for those that it makes later.
    streamlit_logger.setup_formatter = use_ours
    streamlit_logger._global_log_level = level
    for name in {*streamlit_logger._loggers, *_SERVERS}:
        use_ours(logging.getLogger("streamlit" if name == "root" else name))


def _uncaught(error: BaseException | None) -> None:
    if error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
        logging.getLogger("koe").error("An error that nobody caught", exc_info=error)


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level.upper()]


def _shown(path: str) -> str:
    """A file of Koe's by its place in Koe, another one by its last two parts."""
    file = Path(path)
    return str(file.relative_to(_ROOT)) if file.is_relative_to(_ROOT) else "/".join(file.parts[-2:])
