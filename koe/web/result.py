"""How every piece of music is shown: its roll, its sound, and ways to take it along."""

import re
import unicodedata
from collections.abc import Callable

import streamlit as st

from koe.errors import AudioError
from koe.music.piece import Piece
from koe.plots.pianoroll import pianoroll_figure
from koe.studio import MAX_AUDIO_SEC
from koe.web import backend, state, texts
from koe.web.frame import palette
from koe.web.playhead import result_key

ASK_BEFORE_SEC = backend.LONG_SEC  # a longer piece is rendered when somebody asks for it

# Small rolls leave a touch of the finger to the page, which scrolls.
STILL = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def show_result(
    piece: Piece,
    key: str,
    *,
    made_from: int | None = 0,
    first_measure: int = 1,
    height: int = 260,
    pitches: tuple[int, int] | None = None,
    autoplay: bool = False,
    usable: bool = True,
    ask_before_sec: float = ASK_BEFORE_SEC,
) -> None:
    """Draw a piece's roll, its player, and what can be done with it.

    Parameters
    ----------
    piece : Piece
    key : str
        Unlike that of every other result on the page.
    made_from : int, optional
        Step from which on a network wrote it; None if a person wrote it all.
    first_measure : int
        Number of its first measure.
    height : int
        Of the roll, in pixels.
    pitches : tuple of int, optional
        Lowest and highest pitch of the roll; what the piece needs unless given.
    autoplay : bool
        Whether to play at once.
    usable : bool
        Whether it is offered as the visitor's current piece.
    ask_before_sec : float
        Longer pieces get their sound when the visitor asks for it.
    """
    with st.container(key=result_key(key, piece), gap="small"):
        figure = pianoroll_figure(
            piece,
            palette=palette(),
            made_from=made_from,
            first_measure=first_measure,
            height=height,
            pitches=pitches,
        )
        st.plotly_chart(figure, key=f"{key}-roll", config=STILL, alt=texts.ROLL_ALT.format(title=piece.title))
        if not piece.notes:
            st.caption(texts.SILENT)
        show_player(piece, key, autoplay=autoplay, usable=usable, ask_before_sec=ask_before_sec)


def show_player(
    piece: Piece,
    key: str,
    *,
    autoplay: bool = False,
    usable: bool = False,
    ask_before_sec: float = ASK_BEFORE_SEC,
) -> None:
    """The player and the buttons under a roll, in one row where there is room."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-row"):
        if piece.duration_sec <= ask_before_sec:
            play(piece, autoplay=autoplay)
        elif st.toggle(texts.PLAY_ALL.format(length=clock(piece.duration_sec)), key=f"{key}-all"):
            play(piece, autoplay=True)
        with st.popover(texts.TAKE_HOME, icon=":material/download:", key=f"{key}-take"):
            downloads(piece, key)
        if usable and piece.notes:
            st.button(
                texts.USE,
                key=f"{key}-use",
                icon=":material/queue_music:",
                help=texts.USE_HELP,
                on_click=_use,
                args=(piece,),
            )


def play(piece: Piece, *, autoplay: bool = False) -> None:
    """A player for the piece; a sentence in its place where no sound can be made."""
    if not piece.n_steps:
        return
    try:
        audio = backend.sound(piece)
    except AudioError as error:
        st.caption(str(error))
        return
    st.audio(audio.data, format=audio.mime, autoplay=autoplay, alt=piece.title or texts.PLAYER_ALT)


def downloads(piece: Piece, key: str) -> None:
    """Buttons for every format; each is made when it is asked for."""
    studio = backend.studio()
    formats: dict[str, tuple[str, Callable[[], bytes | str]]] = {
        "mid": ("audio/midi", lambda: studio.midi(piece)),
        "mp3": ("audio/mpeg", lambda: studio.render(piece, "mp3").data),
        "ogg": ("audio/ogg", lambda: studio.render(piece, "ogg").data),
        "wav": ("audio/wav", lambda: studio.render(piece, "wav").data),
        "txt": ("text/plain", lambda: studio.text(piece)),
    }
    if piece.duration_sec > MAX_AUDIO_SEC:
        formats = {ending: formats[ending] for ending in ("mid", "txt")}
        st.caption(texts.TOO_LONG_FOR_SOUND.format(length=clock(MAX_AUDIO_SEC)))
    stem = file_stem(piece.title)
    for ending, (mime, make) in formats.items():
        name, label = f"{stem}.{ending}", texts.FORMATS[ending]
        st.download_button(label, make, name, mime, key=f"{key}-{ending}", on_click="ignore", type="tertiary")


def file_stem(title: str) -> str:
    """A file name that every system takes, made from a title.

    Examples
    --------
    >>> file_stem("Für Elise, continued by LSTM1")
    'fur-elise-continued-by-lstm1'
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-") or "koe-piece"


def clock(seconds: float) -> str:
    """Minutes and seconds, such as ``"3:07"``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _use(piece: Piece) -> None:
    state.use_piece(piece)
    state.notice(texts.USED)
