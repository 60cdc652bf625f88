"""Ways to take a piece along: a button for every format."""

from collections.abc import Callable

import streamlit as st

from koe.exports import SOUNDS, file_stem
from koe.music.piece import Piece
from koe.projects.recipes import Recipe
from koe.studio import MAX_AUDIO_SEC
from koe.web import backend, texts
from koe.web.keeping.link import link_button


def downloads(piece: Piece, key: str, made_from: int | None = None, recipe: Recipe | None = None) -> None:
    """Buttons for every format, each made when it is asked for, and a link.

    Parameters
    ----------
    piece : Piece
    key : str
        Unlike that of every other result on the page.
    made_from : int, optional
        Step from which on a network wrote it.
    recipe : Recipe, optional
        How it was made, where the piece does not say so itself.
    """
    studio = backend.studio()
    sounds = piece.duration_sec <= MAX_AUDIO_SEC
    # By name of the format: end of the file's name, type, and what makes it.
    formats: dict[str, tuple[str, str, Callable[[], bytes | str]]] = {
        "mid": (".mid", "audio/midi", lambda: studio.midi(piece)),
        "mp3": (".mp3", "audio/mpeg", lambda: studio.render(piece, "mp3").data),
        "ogg": (".ogg", "audio/ogg", lambda: studio.render(piece, "ogg").data),
        "wav": (".wav", "audio/wav", lambda: studio.render(piece, "wav").data),
        "pdf": (".pdf", "application/pdf", lambda: studio.score_pdf(piece)),
        "svg": (".svg", "image/svg+xml", lambda: studio.score_sheet(piece)),
        "musicxml": (".musicxml", "application/vnd.recordare.musicxml+xml", lambda: studio.musicxml(piece)),
        "roll_png": ("-pianoroll.png", "image/png", lambda: studio.pianoroll_png(piece, made_from)),
        "roll_svg": ("-pianoroll.svg", "image/svg+xml", lambda: studio.pianoroll_svg(piece, made_from)),
        "txt": (".txt", "text/plain", lambda: studio.text(piece)),
        "zip": (".zip", "application/zip", lambda: studio.bundle(piece, made_from, sound=sounds)),
    }
    link_button(piece, key, made_from, recipe)
    if not sounds:
        st.caption(texts.TOO_LONG_FOR_SOUND.format(length=texts.clock(MAX_AUDIO_SEC)))
    stem = file_stem(piece.title)
    for name, (ending, mime, make) in formats.items():
        if sounds or name not in SOUNDS:
            st.download_button(
                texts.FORMATS[name],
                make,
                f"{stem}{ending}",
                mime,
                key=f"{key}-{name}",
                on_click="ignore",
                type="tertiary",
            )
