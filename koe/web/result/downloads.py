"""Ways to take a piece along: a button for every format."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from koe.errors import ScoreError
from koe.music.piece import Piece
from koe.projects.recipes import Recipe
from koe.studio import MAX_AUDIO_SEC
from koe.studio.exports import PARTS, PLAYED, SOUNDS, file_stem
from koe.web.page_errors import in_one_sentence
from koe.web.serving import cached_studio
from koe.web.session import playing, state
from koe.web.session.links import link_button
from koe.web.texts import continuing as continuing_texts
from koe.web.texts import pages as texts
from koe.web.texts import playing as words
from koe.web.texts.titles import credited, under_its_title

MAX_WAV_SEC = 300.0  # 53 MB; a file waits in memory until its browser has taken it


def downloads(
    piece: Piece,
    key: str,
    made_from: int | None = None,
    recipe: Recipe | None = None,
    heard: Piece | None = None,
) -> None:
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
    heard : Piece, optional
        As it is played, where that is not as it is written: what sounds is of it, and MIDI comes either way.
    """
    given, played = piece, heard if heard is not None and heard is not piece else None
    piece, played = under_its_title(piece), under_its_title(played)
    sounding = played or piece
    marked = played if playing.value(playing.MARKS) else None
    studio = cached_studio.studio()
    sounds = piece.duration_sec <= MAX_AUDIO_SEC
    too_long = set() if sounds else set(SOUNDS)
    if sounding.duration_sec > MAX_WAV_SEC:
        too_long.add("wav")

    credit = piece.made_by.credit if piece.made_by else ""
    own_credit = credited(credit) if credited(credit) != credit else ""

    def score() -> Any:
        """The piece, or its score with what the pianist does: the studio takes either."""
        if not marked and not own_credit:
            return piece
        made = studio.score(piece, marked)
        return replace(made, credit=own_credit) if own_credit else made

    # By name of the format: end of the file's name, type, and what makes it.
    formats: dict[str, tuple[str, str, Callable[[], bytes | str]]] = {
        "mid": (".mid", "audio/midi", lambda: studio.midi(piece)),
        "mp3": (".mp3", "audio/mpeg", lambda: studio.render(sounding, "mp3").data),
        "ogg": (".ogg", "audio/ogg", lambda: studio.render(sounding, "ogg").data),
        "wav": (".wav", "audio/wav", lambda: studio.render(sounding, "wav").data),
        "pdf": (".pdf", "application/pdf", lambda: studio.score_pdf(score())),
        "svg": (".svg", "image/svg+xml", lambda: studio.score_sheet(score())),
        "musicxml": (".musicxml", "application/vnd.recordare.musicxml+xml", lambda: studio.musicxml(score())),
        "roll_png": ("-pianoroll.png", "image/png", lambda: studio.pianoroll_png(piece, made_from)),
        "roll_svg": ("-pianoroll.svg", "image/svg+xml", lambda: studio.pianoroll_svg(piece, made_from)),
        "txt": (".txt", "text/plain", lambda: studio.text(piece)),
    }
    labels = dict(texts.FORMATS)
    if played is not None:
        formats = {"mid_played": (f"-{PLAYED}.mid", "audio/midi", lambda: studio.midi(sounding)), **formats}
        labels |= {"mid_played": words.MIDI["played"], "mid": words.MIDI["written"]}
    link_button(given, key, made_from, recipe)
    if not sounds:
        st.caption(texts.TOO_LONG_FOR_SOUND.format(length=texts.duration(MAX_AUDIO_SEC)))
    elif too_long:
        st.caption(texts.TOO_LONG_FOR_WAV.format(length=texts.duration(MAX_WAV_SEC)))
    stem = file_stem(piece.title)
    for name, (ending, mime, make) in formats.items():
        if name not in too_long:
            st.download_button(
                labels[name],
                make,
                f"{stem}{ending}",
                mime,
                key=f"{key}-{name}",
                on_click="ignore",
                type="tertiary",
            )
    missing = ""
    with suppress(ScoreError):  # without what writes PDF, its button says so
        missing = studio.unprintable(piece.title)
    if missing:
        st.caption(texts.PDF_LACKS.format(letters=texts.escape(missing)))
    moved = piece.n_between_steps
    if moved:
        sentence = texts.TEXT_MOVES_ONE if moved == 1 else texts.TEXT_MOVES
        st.caption(sentence.format(moved=moved, total=texts.count(len(piece.notes), "note")))
    _everything(piece, key, made_from, sounds, played)


@st.fragment
def _everything(piece: Piece, key: str, made_from: int | None, sounds: bool, played: Piece | None) -> None:
    """All formats in one archive: made at a press, in sight of whoever waits, and then there to be saved."""
    # While this run lasts, the button's place is that of the work, and then of what was made.
    place = st.empty()
    asked = f"{key}-zip-asked"
    place.button(texts.FORMATS["zip"], key=f"{key}-zip", type="tertiary", on_click=lambda: state.keep(asked, True))
    if not state.kept(asked, False):
        return
    state.forget(asked)
    data = b""
    with place.container(), in_one_sentence():
        work = st.empty()
        with work.container(horizontal=True, vertical_alignment="center"):  # in a row, so that both are in sight
            bar = st.progress(0.0, text=texts.ZIPPING)
            # Any click ends this run, and with it the work, before the next file.
            st.button(continuing_texts.CONTINUE_STOP, icon=":material/stop:", key=f"{key}-zip-stop")

        def progress(done: int, total: int) -> None:
            part = PARTS[done] if done < total else "zip"
            said = texts.ZIPPING_FILE.format(number=min(done + 1, total), total=total, part=part)
            bar.progress(done / total, text=said)

        marks = playing.value(playing.MARKS)
        try:
            data = cached_studio.studio().bundle(
                piece, made_from, sound=sounds, played=played, marks=marks, max_wav_sec=MAX_WAV_SEC, progress=progress
            )
        finally:
            work.empty()
    if data:
        place.download_button(
            texts.ZIPPED.format(size=len(data) / 1e6),
            data,
            f"{file_stem(piece.title)}.zip",
            "application/zip",
            key=f"{key}-zip-save",
            on_click="ignore",
            icon=":material/folder_zip:",
        )
