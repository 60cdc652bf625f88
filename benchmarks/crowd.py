"""Many visitors at once: how long each waits for sound, whether the music is their own, and the server's memory.

Visitors come without a browser (`benchmarks.client`), but two of a larger
crowd, who come with one. Each goes through the app: composes, uploads a piece
of their own, reconstructs it, draws a point of the latent space, mixes, writes
on from a chord of their own, and listens in between; then leaves, and another
comes. A sound counts when its file has arrived; real browsers count when it plays.

Whether it is their own: the rolls of an upload show its notes; afterwards
every piece is made again in this process from its number, its segment or its
chord and seed, and must have the same notes.
"""

import asyncio
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from benchmarks.client import Client
from benchmarks.figures import Figure
from benchmarks.options import Options
from benchmarks.pages import ACTS, Listener
from benchmarks.server import LOOK_SEC, memory_mb, metric, wait_ready, wait_stocked
from koe.music.grid import SEGMENT_STEPS
from koe.music.library import list_pieces, load_piece
from koe.music.midi import read_midi, write_midi
from koe.music.notes import chord_from_names, pitch_name
from koe.music.piece import Piece
from koe.studio import Studio
from koe.web.serving.settings import DEFAULT_AHEAD
from tests.e2e.running import running_app, running_browser

LISTEN_SEC = (6.0, 18.0)
COMING_SEC = 90.0  # in which a crowd comes, about as long as one visit; at once, all would be at the same page all day
N_BROWSERS = 2  # of a crowd of more than this
CHORD_STEPS = 8
WRITTEN_STEPS = 256
SOUND_SEC = {1: 1.0, 20: 3.0}  # at the 95th percentile

Notes = tuple[tuple[int, int, int], ...]  # (onset, pitch, length)


@dataclass
class Log:
    """What a crowd met with.

    Attributes
    ----------
    waits : dict of str to list of float
        Seconds to sound, by what was done.
    seen : list of tuple
        What was made of what, to be made again: ``(way, *what of, notes)``.
    faults : list of str
        Errors shown, sounds that did not come, and music that was not the visitor's.
    memory : list of (float, float)
        Seconds since the beginning, and megabytes of the server.
    counts_from : float
        When all have come; waits before it are not counted.
    """

    waits: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    browsers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seen: list[tuple[Any, ...]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    n_sessions: int = 0
    counts_from: float = 0.0


def notes_of(roll: dict[str, Any] | None) -> Notes:
    """What a player shows, without what only the original of a comparison has."""
    if roll is None:
        return ()
    columns = roll["notes"]
    marked = zip(columns["onset"], columns["pitch"], columns["length"], columns["kind"], strict=True)
    return tuple(sorted((onset, pitch, length) for onset, pitch, length, kind in marked if kind != "o"))


def notes_in(piece: Piece) -> Notes:
    """A piece's notes in the same form."""
    return tuple(sorted((note.step, note.pitch, note.n_steps) for note in piece.notes))


@cache
def own_file(number: int) -> bytes:
    """A MIDI file that no other visitor has: a demo piece in another key, and the number's bits as a high voice."""
    entries = list_pieces()
    shift, which = divmod(number, len(entries))
    roll = np.roll(load_piece(entries[which].slug).pianoroll, shift % 9 - 4, axis=1)
    for bit in range(number.bit_length()):
        roll[4 * bit : 4 * bit + 2, 87] = number >> bit & 1
    return write_midi(Piece.from_pianoroll(roll))


def cells_of(notes: Notes) -> Notes:
    """The cells of the roll: a comparison cuts notes where only a part of them is in both rolls."""
    return tuple(sorted((onset + step, pitch, 1) for onset, pitch, length in notes for step in range(length)))


def own_chord(number: int) -> str:
    """A chord of four keys for each visitor."""
    pitches = sorted(random.Random(number).sample(range(48, 80), 4))
    return " ".join(map(pitch_name, pitches))


class Tour:
    """One visitor's way through the app.

    Parameters
    ----------
    client : Client
    number : int
        Unlike that of every other visitor.
    log : Log
    listen : callable
        Passes the time between two clicks.
    """

    def __init__(self, client: Client, number: int, log: Log, listen: Callable[[], Awaitable[None]]) -> None:
        self.client, self.number, self.log, self.listen = client, number, log, listen
        self.piece = read_midi(own_file(number))

    async def go(self, end: float) -> None:
        """Every page in turn, as long as there is time."""
        for act in (self.compose, self.upload, self.reconstruct, self.latent, self.mix, self.continue_):
            await self.listen()
            if time.monotonic() > end:
                break
            try:
                await act()
            except TimeoutError:
                raise TimeoutError(f"no sound from {act.__name__}") from None
        await self.client.finished()
        self.log.faults += [f"visitor {self.number} was told: {said}" for said in self.client.complaints]

    async def compose(self) -> None:
        """Press the one button of Home."""
        await self.heard("Home", self.client.press("compose"), "home")
        await self.client.finished()
        elements = self.client.elements.values()
        seeds = [one.number_input.default for one in elements if one.WhichOneof("type") == "number_input"]
        self.saw("number", int(seeds[0]), notes=notes_of(self.client.roll("home")))

    async def upload(self) -> None:
        """Bring a file."""
        await self.visit("your_piece")
        bringing = self.client.upload("your-upload", f"{self.number}.mid", own_file(self.number))
        await self.heard("Your piece", bringing, "your")
        self.check("the upload", notes_of(self.client.roll("your")), notes_in(self.piece))

    async def reconstruct(self) -> None:
        """See what the networks make of it, then of another segment."""
        await self.visit("reconstruct")
        measure = 2 + self.number % 4
        await self.heard("Reconstruct", self.client.slide("reconstruct-measure", measure), "reconstruct-ae1")
        start = self.piece.measure_steps[measure - 1]
        segment = self.piece.slice(start, start + SEGMENT_STEPS)
        self.check("the segment", notes_of(self.client.roll("original")), notes_in(segment))
        self.saw("ae1", self.number, measure, notes=cells_of(notes_of(self.client.roll("reconstruct-ae1"))))

    async def latent(self) -> None:
        """Draw a point of the latent space."""
        await self.visit("latent_space")
        await self.heard("Latent space", self.client.press("latent-set-1"), "latent")

    async def mix(self) -> None:
        """Move the slider between two pieces to where it did not stand, left of the middle."""
        await self.visit("interpolate")
        await self.heard("Interpolate", self.client.slide("blend", 0.2 + 0.01 * (self.number % 30)), "blend")

    async def continue_(self) -> None:
        """Let the network write on from a chord, with a seed of one's own."""
        await self.visit("continue")
        await self.client.write("chord-names", own_chord(self.number))
        await self.client.finished()
        await self.client.count("continue-seed-number", self.number)
        await self.client.finished()
        await self.heard("Continue", self.client.press("continue-go"), "continued-1-1")
        self.saw("chord", self.number, notes=notes_of(self.client.roll("continued-1-1")))

    async def visit(self, page: str) -> None:
        """Go to a page, and let it become whole."""
        await self.client.finished()
        await self.client.go(page)
        await self.client.finished()

    async def heard(self, name: str, act: Awaitable[None], player: str) -> None:
        """Time from an act to its sound."""
        before = self.client.roll(player)
        started = time.monotonic()
        await act

        def new() -> dict[str, Any] | None:
            sound = self.client.sound(player)
            return sound if sound and (before is None or sound["music"] != before["music"]) else None

        sound = await self.client.until(new)
        data = await self.client.fetch(sound["src"])
        if started >= self.log.counts_from:
            self.log.waits[name].append(time.monotonic() - started)
        if len(data) < 1000:
            self.log.faults.append(f"visitor {self.number}, {name}: a sound of {len(data)} bytes")

    def check(self, what: str, got: Notes, own: Notes) -> None:
        """Tell of music that is another's."""
        if got != own:
            self.log.faults.append(f"visitor {self.number}: {what} is not their own")

    def saw(self, *way: Any, notes: Notes) -> None:
        """Keep for later what was made."""
        self.log.seen.append((*way, notes))


def made_again(seen: Iterable[tuple[Any, ...]]) -> list[str]:
    """Make every piece again and tell of those that were others than they ought to be."""
    studio, wrong = Studio(), []
    for way, *what, notes in seen:
        if way == "number":
            own = notes_in(studio.compose(what[0]))
        elif way == "ae1":
            piece = read_midi(own_file(what[0]))
            own = cells_of(notes_in(studio.reconstruct_piece(piece, "ae1", measure=what[1])[0]))
        else:
            chord = studio.chord(chord_from_names(own_chord(what[0])), CHORD_STEPS)
            own = notes_in(studio.continue_piece(chord, WRITTEN_STEPS, seed=what[0])[0])
        if own != notes:
            wrong.append(f"{way} {what}: {len(set(own) ^ set(notes))} of {len(own)} notes are others")
    return wrong


async def crowd(url: str, n_clients: int, seconds: float, log: Log) -> None:
    """So many visitors for so long; whoever is through leaves, and another comes."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(2 * n_clients + 4))
    end = time.monotonic() + seconds
    numbers = iter(range(1, 1_000_000))

    async def listen() -> None:
        await asyncio.sleep(random.uniform(*LISTEN_SEC))

    async def place() -> None:
        await asyncio.sleep(random.uniform(0, COMING_SEC) if n_clients > 1 else 0)
        while time.monotonic() < end:
            number, client = next(numbers), Client(url)
            log.n_sessions += 1
            try:
                await client.come()
                await Tour(client, number, log, listen).go(end)
            except Exception as error:
                log.faults.append(f"visitor {number}: {type(error).__name__}: {error}; {client.complaints}")
            finally:
                await client.leave()

    await asyncio.gather(*(place() for _ in range(n_clients)))


def with_browser(url: str, seconds: float, log: Log) -> None:
    """A visitor with a real browser, who goes from page to page."""
    end = time.monotonic() + seconds
    with running_browser() as browser:
        while time.monotonic() < end:
            visitor = Listener(browser, url)
            log.n_sessions += 1
            try:
                for page, act in ACTS.items():
                    visitor.open(page)
                    time.sleep(random.uniform(*LISTEN_SEC))
                    if time.monotonic() > end:
                        break
                    log.browsers[page].append(act(visitor))
                log.faults += [f"a browser: {said}" for said in visitor.complaints + visitor.faults()]
            except Exception as error:
                log.faults.append(f"a browser: {type(error).__name__}: {str(error)[:300]}")
            finally:
                visitor.close()


def stay(url: str, n_visitors: int, minutes: float) -> Log:
    """One crowd."""
    coming_sec = COMING_SEC if n_visitors > 1 else 0.0
    log, seconds = Log(counts_from=time.monotonic() + coming_sec), coming_sec + 60 * minutes
    n_browsers = N_BROWSERS if n_visitors > N_BROWSERS else 0
    stop, started = threading.Event(), time.monotonic()

    def watch() -> None:
        while not stop.wait(LOOK_SEC):
            log.memory.append((time.monotonic() - started, memory_mb(url)))

    log.memory.append((0.0, memory_mb(url)))
    threads = [threading.Thread(target=with_browser, args=(url, seconds, log)) for _ in range(n_browsers)]
    watcher = threading.Thread(target=watch, daemon=True)
    for thread in (*threads, watcher):
        thread.start()
    asyncio.run(crowd(url, n_visitors - n_browsers, seconds, log))
    for thread in threads:
        thread.join()
    stop.set()
    watcher.join()
    return log


def figures(options: Options) -> tuple[list[Figure], list[str]]:
    """One crowd after another at the same server."""
    found, remarks = [], []
    with running_app(str(DEFAULT_AHEAD)) as url:
        wait_ready(url)
        wait_stocked(url)
        logs = {}
        most = max(options.visitors)
        minutes = {n: options.minutes if n == most else min(options.minutes, 1.0) for n in options.visitors}
        shares = []
        for n_visitors in options.visitors:
            before = metric(url, "process_cpu_seconds_total"), time.monotonic()
            logs[n_visitors] = stay(url, n_visitors, minutes[n_visitors])
            print(f"{n_visitors} visitors: {logs[n_visitors].faults or 'no fault'}", file=sys.stderr, flush=True)
            seconds = time.monotonic() - before[1]
            shares.append((n_visitors, (metric(url, "process_cpu_seconds_total") - before[0]) / seconds))
        queued = metric(url, "koe_queue_seconds_sum"), metric(url, "koe_queue_seconds_count")
    for n_visitors, log in logs.items():
        wrong = made_again(log.seen)
        found += figures_of(n_visitors, log, wrong)
        remarks += [f"{n_visitors} visitors: {fault}" for fault in (*log.faults, *wrong)]
    listening = f"{LISTEN_SEC[0]:.0f} to {LISTEN_SEC[1]:.0f} s"
    remarks.insert(
        0,
        f"Crowds come within {COMING_SEC:.0f} s and are counted from then on, the largest for {options.minutes:g} min, "
        f"the others for one at most; visitors listen {listening} "
        "between two clicks, and whoever is through with all pages leaves and another comes. Seconds are from the "
        "click until the sound's file has arrived, in two browsers of a crowd until it plays. Visitors, browsers and "
        f"server share the machine. Before they came {DEFAULT_AHEAD} pieces had been made ahead, as in an idle hour. "
        "Pieces composed, reconstructed and continued were made again afterwards in another process and compared note "
        f"by note. {_share_in_words(shares)} Heavy work waited {1000 * queued[0] / max(queued[1], 1):.0f} ms for its "
        "turn on average.",
    )
    return found, remarks


def _share_in_words(shares: list[tuple[int, float]]) -> str:
    took = ", ".join(f"{cores:.2f} cores with {n}" for n, cores in shares)
    return f"Python's process of the server alone, without FluidSynth's, took {took}."


def figures_of(n_visitors: int, log: Log, wrong: list[str]) -> list[Figure]:
    """One crowd's."""
    who = f"{n_visitors} visitor{'s' if n_visitors > 1 else ''}"
    every = [wait for waits in log.waits.values() for wait in waits]
    real = [wait for waits in log.browsers.values() for wait in waits]
    found = [
        Figure(f"{who}: click to sound, median of {len(every)}", float(np.median(every)), "s"),
        Figure(f"{who}: click to sound, 95 %", float(np.percentile(every, 95)), "s", target=SOUND_SEC.get(n_visitors)),
    ]
    found += [
        Figure(f"{who}: {page}, 95 % of {len(waits)}", float(np.percentile(waits, 95)), "s")
        for page, waits in log.waits.items()
        if n_visitors == 20
    ]
    if real:
        found += [
            Figure(f"{who}: in the two browsers, median of {len(real)}", float(np.median(real)), "s"),
            Figure(f"{who}: in the two browsers, 95 %", float(np.percentile(real, 95)), "s"),
        ]
    return [
        *found,
        Figure(f"{who}: errors in {log.n_sessions} sessions", len(log.faults), "", target=0),
        Figure(f"{who}: pieces of another, of {len(log.seen)} made again", len(wrong), "", target=0),
        Figure(f"{who}: server's memory, first to last", log.memory[-1][1], "MB", "at the start", log.memory[0][1]),
    ]
