"""The player's two halves in the page: the roll, and the sound that is handed to it when it is made."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from koe.errors import AudioError, BusyError
from koe.music.piece import Piece
from koe.plots.palette import BEAT_LINE, BLACK_KEYS, DARK, LIGHT, MEASURE_LINE, Palette, with_alpha
from koe.web.browser.component import component
from koe.web.player import score, timing
from koe.web.player.form import form_data
from koe.web.serving import cached_studio, sounds
from koe.web.texts import pages as texts
from koe.web.texts.errors import told
from koe.web.texts.language import notation_for_scripts
from koe.web.texts.titles import titled

if TYPE_CHECKING:
    from koe.audio import Audio

ROLL, SOUND = "koe_player", "koe_sound"

# LAME looks 1105 samples ahead, so its MP3 files start that much late.
LATE_SEC = {"mp3": 1105 / 44100}

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Choose:
    """A stretch of a piece that a visitor chooses on its roll.

    Attributes
    ----------
    kind : str
        ``"move"``, a length in ticks that begins at a measure; ``"stretch"``,
        some measures; or ``"end"``, all measures up to one.
    first, n_measures : int
        Where it is now: its first measure, from 1, and how many there are.
    on_choose : callable
        Called with the same two of what was chosen.
    most : int
        Measures that it has at the most.
    length : int
        Ticks of what is only moved.
    """

    kind: str
    first: int
    n_measures: int
    on_choose: Callable[[int, int], None]
    most: int = 1
    length: int = 0

    def data(self) -> dict[str, Any]:
        """As the player's script takes it."""
        return {
            "kind": self.kind,
            "first": self.first,
            "n": self.n_measures,
            "most": self.most,
            "length": self.length,
            "labels": dict(texts.CHOOSE),
        }


@cache
def _roll_component() -> Callable[..., Any]:
    scripts = ("roll.js", "form.js", "choose.js", "time.js", "voice.js", "player.js")
    return component(ROLL, _HERE, scripts, html="player.html", style="player.css")


@cache
def _sound_component() -> Callable[..., Any]:
    return component(SOUND, _HERE, ("sound.js",))


def music_id(piece: Piece) -> str:
    """What tells a roll and its sound that they belong together."""
    return cached_studio.fingerprint(piece).hex()


def mount_roll(
    piece: Piece,
    key: str,
    notes: list[score.Marked],
    *,
    first_measure: int,
    height: int,
    pitches: tuple[int, int] | None = None,
    nearly: tuple[np.ndarray, float] | None = None,
    segment: tuple[int, int] | None = None,
    begin: int = 0,
    form: bool = False,
    work: str = "",
    sounds_as: Piece | None = None,
    fresh: bool = False,
    on_ask: Callable[[], None] | None = None,
    on_pick: Callable[[int], None] | None = None,
    choose: Choose | None = None,
    bare: bool = False,
    on_end: Callable[[], None] | None = None,
) -> None:
    """Draw a piece, ready to play the sound that `mount_sound` will bring.

    Parameters
    ----------
    piece : Piece
    key : str
        Of the player; its element in the page has ``key-roll``.
    notes : list of (Note, str)
        From `score.by_origin` or `score.compared`.
    first_measure : int
        Number of its first measure.
    height : int
        Of the roll, in pixels.
    pitches : tuple of int, optional
        Lowest and highest; what the notes need unless given.
    nearly : (np.ndarray, float), optional
        Probabilities, shape ``(steps, 88)``, sixteenth by
        sixteenth, drawn faintly where they are below the threshold.
    segment : tuple of int, optional
        First tick and tick after the last of a stretch to highlight.
    begin : int
        Tick from which it plays until the visitor goes elsewhere.
    form : bool
        Whether to show which sections return, if any do.
    work : str
        What all states of a piece have in common that is seen and heard while
        it is written: a longer one goes on where the one before it is.
    sounds_as : Piece, optional
        While it is written: as far as there is sound of it.
    fresh : bool
        Whether other music is to start from its beginning, even if it is as
        long as what is playing; a sound that goes on goes on otherwise.
    on_ask : callable, optional
        Called when the visitor wants to hear a piece whose sound is not made unasked.
    on_pick : callable, optional
        Called with the number of a measure, from 1 in this piece, where the
        visitor wants a segment to start.
    choose : Choose, optional
        A stretch that is moved by hand.
    bare : bool
        Whether it is there to choose on, and plays nothing.
    on_end : callable, optional
        Called when it has been heard to its end.
    """
    shown = form_data(piece, first_measure) if form else None
    low, high = pitches or score.seen_pitches(notes)
    data = {
        "player": key,
        "music": music_id(sounds_as or piece),
        "work": work,
        "growing": sounds_as is not None,
        "title": texts.ROLL_ALT.format(title=titled(piece.title) or texts.UNTITLED),
        "words": " ".join([score.in_words(piece, notes), *([f"{shown['words']}."] if shown else [])]),
        "form": shown,
        "labels": {**texts.PLAYER, "queue": texts.YOUR_PLACE},
        "palettes": {"light": _colors(LIGHT), "dark": _colors(DARK)},
        "height": height,
        "n_ticks": piece.n_ticks,
        "time": timing.time_map(piece),
        "measures": list(piece.measure_onsets) or [0],
        "missing": timing.missing_ticks(piece),
        "first_measure": first_measure,
        "beats": timing.beats(piece),
        "pedal": timing.pedal_spans(piece),
        "pitches": [low, high],
        "notation": notation_for_scripts(),
        "notes": score.columns(notes),
        "legend": score.legend(notes),
        "segment": [segment[0], min(segment[1], piece.n_ticks)] if segment else None,
        "begin": min(begin, piece.n_ticks),
        "heat": score.faint(*nearly, (low, high)) if nearly else None,
        "fresh": fresh,
        "ask": on_ask is not None,
        "pick": texts.PICK_SEGMENT if on_pick else None,
        "choose": choose.data() if choose else None,
        "bare": bare,
        "ends": on_end is not None,
    }
    element = f"{key}-roll"

    def picked() -> None:
        # What a browser sends is input like any other.
        number = st.session_state[element].get("pick")
        if on_pick and isinstance(number, int | float) and 1 <= number <= max(piece.n_measures, 1):
            on_pick(int(number))

    def chosen() -> None:
        numbers = st.session_state[element].get("choose")
        if choose and isinstance(numbers, list) and len(numbers) == 2:
            first, n_measures = numbers
            if all(type(one) is int and 1 <= one <= piece.n_measures for one in numbers):
                choose.on_choose(first, n_measures)

    _roll_component()(
        key=element,
        data=data,
        on_ask_change=on_ask or _nothing,
        on_pick_change=picked if on_pick else _nothing,
        on_choose_change=chosen if choose else _nothing,
        on_end_change=on_end or _nothing,
    )


def mount_sound(
    piece: Piece, key: str, audio: "Audio | None" = None, *, autoplay: bool = False, fault: str = ""
) -> None:
    """Hand a sound to the player with this key.

    Parameters
    ----------
    piece : Piece
    key : str
    audio : Audio, optional
        Without one the player is told where to ask for it when somebody wants
        to hear it, which takes Koe's own server; see `koe.web.serving.sounds`.
    autoplay : bool
        Whether it plays at once.
    fault : str
        The sentence why there is no sound.
    """
    lazy = audio is None and not fault
    src = sounds.sound_address(piece) if lazy else sounds.made_address(audio, f"{SOUND}-{key}") if audio else ""
    data = {
        "player": key,
        "music": music_id(piece),
        "src": src,
        "lazy": lazy,
        "late_sec": LATE_SEC.get(audio.format if audio else sounds.FORMAT, 0.0),
        "autoplay": autoplay,
        "fault": fault,
    }
    # An element that is not seen and takes no room; see frame.css.
    _sound_component()(key=f"{key}-koe-sound", data=data, height=1)


def offer_sound(piece: Piece, key: str, *, autoplay: bool = False) -> None:
    """Hand a piece's sound to its player: made now, or by Koe's own server when somebody wants to hear it.

    The player says why where it cannot be made.
    """
    if sounds.shelf.served:
        if autoplay:
            sounds.begin(piece)  # the browser takes a moment to draw and to ask
        mount_sound(piece, key, autoplay=autoplay)
        return
    try:
        mount_sound(piece, key, cached_studio.sound(piece), autoplay=autoplay)
    except (AudioError, BusyError) as error:
        mount_sound(piece, key, fault=told(error))


def _colors(palette: Palette) -> dict[str, str]:
    """A theme's colours for the canvas."""
    dark = palette is DARK
    return {
        **asdict(palette),
        "measure_line": MEASURE_LINE,
        "beat_line": BEAT_LINE,
        "black_keys": BLACK_KEYS,
        "segment": with_alpha(palette.made, 0.12),
        "glow": "#f2b544",
        "white_key": "#d8d0c4" if dark else "#fffdf9",
        "black_key": "#14110e" if dark else "#2b2622",
    }


def _nothing() -> None:
    """Callbacks name the events that a component may send."""
