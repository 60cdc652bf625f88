"""Running a target: what it costs, and what of it is a fault."""

import hashlib
import json
import os
import resource
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from koe.errors import KoeError

ROOT = Path(__file__).resolve().parents[2]
MAX_CASE_SEC = 2.0
MAX_MEGABYTES = 500.0


@dataclass
class Report:
    """What came of many cases.

    Attributes
    ----------
    cases : int
    refused : int
        Cases that got a sentence.
    seconds : float
    slowest_sec : float
    peak_mb : float
        Of the whole process, libraries included.
    faults : dict of str to str
        By kind of error and line of code: where the input was kept that first met it.
    """

    cases: int = 0
    refused: int = 0
    seconds: float = 0.0
    slowest_sec: float = 0.0
    peak_mb: float = 0.0
    faults: dict[str, str] = field(default_factory=dict)
    slowest: str = ""


class Runner:
    """Runs cases of a target until there were enough, or the time is over.

    Parameters
    ----------
    read : callable
    keep : Path
        Where inputs that meet a fault are written.
    max_case_sec : float
        How long a case may take.
    """

    def __init__(self, read: Any, keep: Path, max_case_sec: float = MAX_CASE_SEC) -> None:
        self.max_case_sec = max_case_sec
        self.read = read
        self.keep = keep
        self.report = Report()
        self._started = time.monotonic()

    def case(self, data: bytes) -> None:
        """Run one."""
        report = self.report
        started = _processor_sec()
        try:
            self.read(data)
        except KoeError:
            report.refused += 1
        except BaseException as error:
            self._fault(f"{type(error).__name__} at {_place(error)}", data)
        took = _processor_sec() - started
        report.cases += 1
        if took > report.slowest_sec:
            report.slowest_sec = took
            report.slowest = self._kept(data) if took > self.max_case_sec / 4 else ""
        if took > self.max_case_sec:
            self._fault(f"{took:.1f} s, more than {self.max_case_sec:g}", data)

    def finished(self, cases: int, seconds: float) -> bool:
        """Whether this was enough; the report is complete then."""
        report = self.report
        report.seconds = time.monotonic() - self._started
        over = report.cases >= cases or report.seconds >= seconds
        if over:
            # In kilobytes, but on macOS in bytes.
            unit = 1e6 if sys.platform == "darwin" else 1e3
            report.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
            if report.peak_mb > MAX_MEGABYTES:
                report.faults.setdefault(f"{report.peak_mb:.0f} MB, more than {MAX_MEGABYTES:g}", "")
        return over

    def write(self, path: Path) -> None:
        """Leave the report for whoever started this process."""
        path.write_text(json.dumps(asdict(self.report)), "utf-8")

    def _fault(self, kind: str, data: bytes) -> None:
        if kind not in self.report.faults:
            self.report.faults[kind] = self._kept(data)

    def _kept(self, data: bytes) -> str:
        self.keep.mkdir(parents=True, exist_ok=True)
        path = self.keep / hashlib.sha1(data).hexdigest()[:12]
        path.write_bytes(data)
        return str(path)


def _processor_sec() -> float:
    """The processor's time of this process and of what it has started and seen end; others' work does not count."""
    return sum(os.times()[:4])


def _place(error: BaseException) -> str:
    """The last line of Koe's that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if frame.filename.startswith(str(ROOT / "koe"))] or frames
    return f"{os.path.relpath(ours[-1].filename, ROOT)}:{ours[-1].lineno}"
