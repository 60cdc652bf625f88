"""What a benchmark found: values beside what they are compared with, what physics allows, and what is aimed at."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured value.

    Attributes
    ----------
    name : str
    value : float
    unit : str
    baseline : str
        Another way to the same end, measured in the same run; "" for none.
    baseline_value : float, optional
        In the same unit.
    limit : str
        What no program on this machine could do better than; "" for none.
    limit_value : float, optional
        In the same unit.
    target : float, optional
        What ``value`` should reach.
    ratio_target : float, optional
        What `ratio` should reach.
    more_is_better : bool
        True for rates, false for times and sizes.
    """

    name: str
    value: float
    unit: str
    baseline: str = ""
    baseline_value: float | None = None
    limit: str = ""
    limit_value: float | None = None
    target: float | None = None
    ratio_target: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """How many times better than the baseline; None without one."""
        return None if self.baseline_value is None else self._times_better(self.value, self.baseline_value)

    @property
    def share(self) -> float | None:
        """How much of what is possible was reached, 1 being all; None without a limit."""
        return None if self.limit_value is None else self._times_better(self.value, self.limit_value)

    @property
    def met(self) -> bool | None:
        """Whether every target is reached; None without one."""
        reached = []
        if self.target is not None:
            reached.append(self.value >= self.target if self.more_is_better else self.value <= self.target)
        if self.ratio_target is not None:
            reached.append(self.ratio is not None and self.ratio >= self.ratio_target)
        return all(reached) if reached else None

    def _times_better(self, value: float, other: float) -> float:
        better, worse = (value, other) if self.more_is_better else (other, value)
        return better / worse if worse else float("inf")


@dataclass(frozen=True)
class Run:
    """One benchmark, run once.

    Attributes
    ----------
    name : str
    command : str
        What makes the figures again.
    date : str
        When it began.
    load : float
        Mean length of the machine's queue of processes in the minute before, so without the benchmark itself.
    seconds : float
        How long it took.
    machine : str
    figures : tuple of Figure
    remarks : tuple of str
        What one must know to read the figures, a sentence or more each.
    """

    name: str
    command: str
    date: str
    load: float
    seconds: float
    machine: str
    figures: tuple[Figure, ...]
    remarks: tuple[str, ...] = field(default=())


def read_runs(path: Path) -> dict[str, Run]:
    """Runs by name, as `write_runs` left them; none where there is no file."""
    if not path.is_file():
        return {}
    return {run.name: run for run in map(_run, json.loads(path.read_text("utf-8")))}


def write_runs(runs: dict[str, Run], path: Path) -> None:
    """Keep runs as JSON; what follows from other numbers is written down too, for other programs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept: list[dict[str, Any]] = [asdict(run) for run in runs.values()]
    for run, entry in zip(runs.values(), kept, strict=True):
        for figure, plain in zip(run.figures, entry["figures"], strict=True):
            plain |= {"ratio": figure.ratio, "share": figure.share, "met": figure.met}
    path.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def _run(entry: dict[str, Any]) -> Run:
    derived = ("ratio", "share", "met")
    figures = tuple(
        Figure(**{name: value for name, value in one.items() if name not in derived}) for one in entry["figures"]
    )
    return Run(**{**entry, "figures": figures, "remarks": tuple(entry["remarks"])})


def table(figures: Sequence[Figure]) -> str:
    """Figures as a table in Markdown, without the columns that all of them leave empty."""
    rows = [_cells(figure) for figure in figures]
    kept = [name for name in rows[0] if name in ("", "value") or any(row[name] for row in rows)]
    lines = [f"| {' | '.join(kept)} |", "|" + "".join("---|" if name in _WORDS else "---:|" for name in kept)]
    lines += [f"| {' | '.join(row[name] for name in kept)} |" for row in rows]
    return "\n".join(lines)


_WORDS = ("", "against", "limit", "met")


def _cells(figure: Figure) -> dict[str, str]:
    def value(number: float | None) -> str:
        return "" if number is None else f"{number_in_words(number)} {figure.unit}"

    def beside(words: str, number: float | None) -> str:
        return f"{words}: {value(number)}" if number is not None else words

    targets = []
    if figure.target is not None:
        targets.append(f"{'≥' if figure.more_is_better else '≤'} {value(figure.target)}")
    if figure.ratio_target is not None:
        targets.append(f"≥ {number_in_words(figure.ratio_target)} times")
    return {
        "": figure.name,
        "value": value(figure.value),
        "against": beside(figure.baseline, figure.baseline_value),
        "times better": "" if figure.ratio is None else number_in_words(figure.ratio),
        "limit": beside(figure.limit, figure.limit_value),
        "of the limit": "" if figure.share is None else f"{100 * figure.share:.0f} %",
        "target": " and ".join(targets),
        "met": {None: "", True: "yes", False: "**no**"}[figure.met],
    }


def number_in_words(number: float) -> str:
    """Three digits that count, never in powers of ten: 0.0234, 1.56, 23.4, 1235."""
    size = abs(number)
    if size == 0 or size >= 100:
        return f"{number:.0f}"
    for smallest, digits in ((10, 1), (1, 2), (0.1, 3)):
        if size >= smallest:
            return f"{number:.{digits}f}".rstrip("0").rstrip(".")
    return f"{number:.4f}".rstrip("0").rstrip(".")
