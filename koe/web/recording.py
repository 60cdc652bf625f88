"""Humming, or playing, to Koe: a recording becomes the visitor's piece."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from koe.errors import KoeError
from koe.music.piece import Piece
from koe.studio.hearing import MAX_RECORDING_SEC
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.texts import pages as texts
from koe.web.texts import recording as words
from koe.web.texts.errors import refused
from koe.web.uploads import file_name

KINDS = ("voice", "piano")
MICROPHONE_RATE = 22050  # Hz, what the network hears
_GOING = "koe_recording_goes_on"


def hum_or_play(key: str) -> Piece | None:
    """Let the visitor record or choose a sound; gives its piece once, in the run in which it came.

    Nothing is shown where recordings cannot be heard.
    """
    if not cached_studio.studio().can_transcribe():
        return None
    with st.expander(words.HUM_OR_PLAY, icon=":material/mic:", key=f"{key}-recording"):
        st.caption(words.HUM_OR_PLAY_HINT.format(limit=f"{MAX_RECORDING_SEC:.0f}"))
        kind = st.segmented_control(
            words.KIND, KINDS, default=KINDS[0], format_func=words.KINDS.__getitem__, key=f"{key}-kind", required=True
        )
        left, right = st.columns(2, gap="large")
        with left:
            recorded = st.audio_input(words.RECORD, sample_rate=MICROPHONE_RATE, key=f"{key}-microphone")
        with right:
            endings = ", ".join(f".{ending}" for ending in cached_studio.studio().sound_types())
            chosen = st.file_uploader(words.SOUND_FILE, key=f"{key}-sound", help=endings)
        piece = _newest(key, kind or KINDS[0], recorded, chosen)
        heard: Piece | None = piece or state.kept(f"{key}-heard", None)
        if heard is not None and (piece or heard == state.current_piece()):
            icon = ":material/arrow_forward:"
            st.button(words.GO_ON, key=f"{key}-go-on", icon=icon, type="primary", on_click=_go_on, args=(heard,))
    if st.session_state.pop(_GOING, False):
        st.switch_page("pages/continue.py")
    return piece


def _go_on(piece: Piece) -> None:
    """Have Continue hear it whole, as what is played there, and not four measures of it."""
    state.keep("played", piece)
    st.session_state["continue-start"] = "play"
    st.session_state[_GOING] = True


def _newest(key: str, kind: str, recorded: UploadedFile | None, chosen: UploadedFile | None) -> Piece | None:
    """The piece of whichever came with this run; None where nothing new did."""
    seen_key = f"{key}-sounds-seen"
    seen: dict[str, tuple[str, str, str]] = st.session_state.setdefault(seen_key, {})  # file, kind, refusal by source
    piece: Piece | None = None
    for source, file in (("microphone", recorded), ("file", chosen)):
        if file is None:
            seen.pop(source, None)
            continue
        before = seen.get(source, ("", "", ""))
        # Another kind means the sound that came last, not one that was replaced since.
        is_new = before[0] != file.file_id or (before[1] != kind and st.session_state.get(f"{key}-last") == source)
        if is_new:
            made, refusal = _heard(file, kind, source)
            seen[source] = (file.file_id, kind, refusal)
            st.session_state[f"{key}-last"] = source
            if made is not None:
                piece = made
                state.keep(f"{key}-heard", made)
        if refusal := seen[source][2]:
            st.error(texts.escape(refusal), icon=":material/error:")
    return piece


def _heard(file: UploadedFile, kind: str, source: str) -> tuple[Piece | None, str]:
    """Its piece, or why there is none."""
    bar = st.progress(0.0, text=words.LISTENING)

    def progress(done: int, total: int) -> None:
        bar.progress(done / max(total, 1), text=words.LISTENING)

    title = words.RECORDED_TITLES[kind] if source == "microphone" else None
    try:
        piece = cached_studio.studio().transcribe(
            file.getvalue(),
            file_name(file.name) if source == "file" else words.THE_RECORDING,
            kind,
            title=title,
            progress=progress,
        )
    except KoeError as error:
        return None, refused(error)
    finally:
        bar.empty()
    return piece, ""
