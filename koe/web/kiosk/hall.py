"""What a kiosk asks of Koe: pieces in moods, answers to what is played, ways between openings, codes to take home.

All of it goes through the studio that visitors share. Pieces are kept under
numbers that nobody can guess, the last ones only, so that what is heard can be
taken home.
"""

import base64
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from koe.errors import InputError, KoeError, LinkError, ModelError
from koe.models.sampling import MAX_SEED
from koe.music.grid import TICKS_PER_STEP
from koe.music.piece import Piece
from koe.progress import ShouldStop
from koe.projects.links import shortened
from koe.projects.opening import make_link
from koe.projects.qr import MAX_CHARS, qr_svg
from koe.studio import Studio
from koe.studio.moods import MOODS, wishes_for_mood
from koe.web.kiosk import piano
from koe.web.kiosk.stock import Stock
from koe.web.kiosk.telling import told

AHEAD = 3  # pieces ready in each mood
MAX_KEPT = 256  # pieces that can be taken home
ANSWER_STEPS = 192  # of sixteenths, at most: it ends by itself before that
MIX_STOPS = 7  # on the way from one opening to the other, both of them counted
# Openings that many know, alike in metre, so that something of both is left half way.
PAIRS = (
    ("mozart-sonata-k545", "bach-prelude-c-major"),
    ("beethoven-fur-elise", "satie-gymnopedie-1"),
    ("joplin-entertainer", "petzold-minuet-g-major"),
)
SCANNABLE_CHARS = 500  # a code of more has too many modules for a telephone's camera
MIDI_ADDRESS = "data:audio/midi;base64,"


@dataclass(frozen=True)
class Ready:
    """A piece that is made: its number, as it is written, the step it is a network's from, what the page is told."""

    number: str
    piece: Piece
    made_from: int
    told: dict[str, Any]


class Hall:
    """The kiosk's side of the server.

    Parameters
    ----------
    studio : Studio
    is_quiet : callable
        Whether nobody is at work.
    ahead : int
        Pieces to keep ready in each mood.
    is_awake : callable, optional
        Whether the networks are loaded; until then there are openings that ship.
    aside : callable, optional
        Does work that takes nobody's turn, called with the work.
    """

    def __init__(
        self,
        studio: Studio,
        is_quiet: Callable[[], bool],
        ahead: int = AHEAD,
        is_awake: Callable[[], bool] = lambda: True,
        aside: Callable[[Callable[[], Any]], Any] = lambda work: work(),
    ) -> None:
        self._studio = studio
        self._is_awake = is_awake
        self._aside = aside
        self._kept: OrderedDict[str, Ready] = OrderedDict()
        self._lock = threading.Lock()
        self._mixes: dict[int, dict[str, Any]] = {}
        self._unmixed = list(range(len(PAIRS)))  # that nobody has tried ahead
        self._mixing = threading.Lock()
        self._piano: bytes | None = None
        self._piano_lock = threading.Lock()
        self._last = ""  # mood
        self._opening = ""
        self.stock = Stock(tuple(MOODS), self._ahead, is_quiet, ahead)

    # -- listening ------------------------------------------------------

    def piece(self, mood: str = "") -> dict[str, Any]:
        """A piece that nobody has had, in a mood or in any; where no network composes, or not yet, a known opening.

        Raises
        ------
        InputError
            If there is no such mood.
        BusyError
            If too many others wait.
        """
        if mood and mood not in MOODS:
            raise InputError(f"{mood!r} is no mood that is known; choose one of {', '.join(MOODS)}.")
        ready = self.stock.take(mood)
        if ready is None:
            chosen = mood or secrets.choice([name for name in MOODS if name != self._last])
            ready = self._composed(chosen)
        self._last = ready.told["mood"]
        return self._keep(ready)

    def _ahead(self, mood: str, should_stop: ShouldStop) -> Ready:
        """A piece, and with it, once there is one in each mood, a way between two openings."""
        if self._unmixed and all(self.stock.n_ready().values()):
            with suppress(KoeError):  # whoever asks for it is told why there is none
                self._aside(lambda: self._mix_of(self._unmixed.pop(0)))
        return self._aside(lambda: self._composed(mood, should_stop))

    def _composed(self, mood: str, should_stop: ShouldStop | None = None) -> Ready:
        if not (self._is_awake() and self._can_compose()):
            others = [entry.slug for entry in self._studio.demo_pieces() if entry.slug != self._opening]
            self._opening = secrets.choice(others)
            return self._ready(self._studio.demo_piece(self._opening), mood=mood)
        seed = secrets.randbelow(MAX_SEED)
        piece = self._studio.compose_piece(wishes_for_mood(mood, seed), seed, should_stop=should_stop)
        return self._ready(piece, mood=mood)

    def _can_compose(self) -> bool:
        try:
            return bool(self._studio.composers())
        except ModelError:
            return False

    # -- playing --------------------------------------------------------

    def answer(self, sent: object) -> dict[str, Any]:
        """What a network makes of keys that were played, from where it begins.

        Parameters
        ----------
        sent : object
            As `koe.web.piano.messages.phrase_from_message` reads it.

        Raises
        ------
        InputError
            If nothing was played.
        ModelError
            If no network here goes on.
        """
        from koe.web.piano.messages import phrase_from_message  # its caches belong to a runtime

        studio = self._studio
        heard = studio.played_freely(phrase_from_message(sent))
        answers = studio.answering_model() is not None
        (piece,) = studio.continue_piece(heard, ANSWER_STEPS, seed=secrets.randbelow(MAX_SEED), answer=answers)
        return self._keep(self._ready(piece, start=heard.on_whole_steps().n_ticks, mood=""))

    # -- mixing ---------------------------------------------------------

    def mix(self, number: int) -> dict[str, Any]:
        """The way between the openings of a pair, `MIX_STOPS` pieces of as many measures; made once.

        Raises
        ------
        InputError
            If there is no such pair.
        ModelError
            If no network here lies between two pieces.
        """
        if not 0 <= number < len(PAIRS):
            raise InputError(f"There are pairs 0 to {len(PAIRS) - 1}, not {number}.")
        mix = self._mix_of(number)
        for ready in mix["ready"]:
            self._keep(ready)
        return {
            "number": number,
            "n_pairs": len(PAIRS),
            "ends": mix["ends"],
            "stops": [ready.told for ready in mix["ready"]],
        }

    def _mix_of(self, number: int) -> dict[str, Any]:
        with self._mixing:
            if number not in self._mixes:
                self._mixes[number] = self._mixed(PAIRS[number])
        return self._mixes[number]

    def _mixed(self, slugs: tuple[str, str]) -> dict[str, Any]:
        studio = self._studio
        entries = {entry.slug: entry for entry in studio.demo_pieces()}
        first = studio.demo_piece(slugs[0])
        second = studio.in_one_key(studio.demo_piece(slugs[1]), first)
        ends = studio.segment(first), studio.segment(second)
        n_steps = len(ends[0])
        stops = []
        for weight in np.linspace(0.0, 1.0, MIX_STOPS).tolist():
            if weight in (0.0, 1.0):
                piece = (second if weight else first).slice_steps(0, n_steps)
            else:
                qpm = (1 - weight) * first.qpm + weight * second.qpm
                metre = (first if weight < 0.5 else second).time_signatures
                piece = self._between(ends, weight, qpm, metre)
            stops.append(self._ready(piece, mood=""))
        said = [{"title": entries[slug].title, "composer": entries[slug].composer} for slug in slugs]
        return {"ends": said, "ready": stops}

    def _between(self, ends: tuple[np.ndarray, np.ndarray], weight: float, qpm: float, metre: Any) -> Piece:
        """As the page Interpolate makes it where nothing is chosen there."""
        studio = self._studio
        cards = studio.latent_models()
        if not cards:
            raise ModelError("No model here has a latent space; train and export ae3.")
        card = next((one for one in cards if studio.writes_in_time(one.name)), None)
        if card is None:
            leads = next((one for one in cards if one.hears_onsets), None)
            if leads is not None and studio.writers():
                return studio.retell(*ends, leads.name, weight, 0, qpm=qpm, time_signatures=metre)
            card = leads or cards[0]
        return studio.blend_piece(*ends, card.name, weight, qpm=qpm, time_signatures=metre)

    # -- taking home ----------------------------------------------------

    def home(self, number: object, public_url: str) -> dict[str, str]:
        """A code of a piece: its link, or where nobody can open one, its notes if they fit.

        Parameters
        ----------
        number : object
            As the page was told it.
        public_url : str
            Where links point; empty where telephones cannot reach Koe.

        Returns
        -------
        code : dict
            ``kind`` is ``"link"``, ``"midi"`` or ``"none"``, ``svg`` the code.

        Raises
        ------
        InputError
            If the piece is not kept any more.
        """
        ready = self._kept.get(number) if isinstance(number, str) else None
        if ready is None:
            raise InputError("This piece is no longer at hand; make another one.")
        if public_url:
            try:
                text = make_link(self._studio, ready.piece, ready.made_from)
            except LinkError:
                return {"kind": "none", "svg": ""}
            link = f"{public_url}/?k={text}"
            if len(link) > SCANNABLE_CHARS:
                link = f"{public_url}/?k={shortened(text)}"
            return {"kind": "link", "svg": qr_svg(link)}
        address = MIDI_ADDRESS + base64.b64encode(self._studio.midi(ready.piece)).decode()
        if len(address) > MAX_CHARS:
            return {"kind": "none", "svg": ""}
        return {"kind": "midi", "svg": qr_svg(address)}

    # -- sounding -------------------------------------------------------

    def piano(self) -> bytes:
        """The sound of `koe.web.kiosk.piano`, made once."""
        with self._piano_lock:
            if self._piano is None:
                self._piano = piano.sound(self._studio).data
            return self._piano

    def _ready(self, piece: Piece, *, mood: str, start: int = 0) -> Ready:
        played = piece
        with suppress(ModelError):  # a damaged folder of models: as it is written
            if self._studio.performers():
                played = self._studio.perform(piece, start=start)
        number = secrets.token_urlsafe(12)
        said = told(played, self._studio.midi(played), start)
        return Ready(number, piece, start // TICKS_PER_STEP, {"id": number, "mood": mood, **said})

    def _keep(self, ready: Ready) -> dict[str, Any]:
        with self._lock:
            self._kept[ready.number] = ready
            self._kept.move_to_end(ready.number)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return ready.told
