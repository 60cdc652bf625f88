"""Seconds from asking for a sound to its first bytes, beside those until all of it is made; for one and for twenty."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from benchmarks.figures import Figure
from benchmarks.options import Options
from koe.audio import engines, render
from koe.music.library import load_piece
from koe.music.midi import write_midi
from koe.music.piece import Piece
from koe.studio import Studio
from koe.web.serving.queued_studio import InTurn

PIECE = "mozart-sonata-k545"
MINUTES = (0.5, 3.0)
TARGET_SEC = 1.0
TRIES = 3
CROWD = 20


def lasting(minutes: float) -> Piece:
    """The opening of a sonata, again and again, so many minutes long."""
    piece = once = load_piece(PIECE)
    while piece.duration_sec < 60 * minutes:
        piece = piece.followed_by(once)
    last = round(piece.n_ticks * 60 * minutes / piece.duration_sec)
    return piece.slice(0, last)


def seconds(midi: bytes, engine: str) -> tuple[float, float]:
    """Until the first bytes of the MP3 are there, and until all are; the best of `TRIES`."""
    tries = []
    for _ in range(TRIES):
        first: list[float] = []
        started = time.perf_counter()
        render(midi, "mp3", engine=engine, on_part=lambda *_, first=first: first.append(time.perf_counter()))  # type: ignore[misc]
        tries.append((first[0] - started, time.perf_counter() - started))
    return min(one for one, _ in tries), min(whole for _, whole in tries)


def crowd_seconds(piece: Piece, n_visitors: int = CROWD) -> list[tuple[float, float]]:
    """For each of many who ask at once, in the queue that visitors stand in: as `seconds`."""
    studio = Studio(do=InTurn())

    def asked(_: int) -> tuple[float, float]:
        first: list[float] = []
        started = time.perf_counter()
        studio.render(piece, "mp3", on_part=lambda *_: first.append(time.perf_counter()))
        return first[0] - started, time.perf_counter() - started

    with ThreadPoolExecutor(n_visitors) as pool:
        return list(pool.map(asked, range(n_visitors)))


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """Each engine that hands over its sound while it plays."""
    found = []
    for engine in engines():
        if engine == "additive":
            continue
        for minutes in MINUTES:
            first_sec, whole_sec = seconds(write_midi(lasting(minutes)), engine)
            found.append(
                Figure(
                    f"first sound of {minutes:g} minutes, {engine}",
                    first_sec,
                    "s",
                    "all of it, for which one waited before",
                    whole_sec,
                    target=TARGET_SEC,
                )
            )
    for minutes in MINUTES:
        times = crowd_seconds(lasting(minutes))
        found.append(
            Figure(
                f"first sound of {minutes:g} minutes, {CROWD} at once, median",
                median(first for first, _ in times),
                "s",
                "all of it",
                median(whole for _, whole in times),
            )
        )
    remarks = [
        "From MIDI to the first bytes of an MP3; the server sends them as they come.",
        f"{CROWD} at once stand in the queue that visitors stand in, each for a sound of their own.",
    ]
    return found, remarks
