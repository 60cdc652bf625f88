"""A whole piece on a page: seen and heard while it is written, and then as any result."""

import hashlib
from collections.abc import Callable

import streamlit as st

from koe.generation.wishes import Wishes
from koe.music.interpretation import written_on
from koe.music.piece import Piece
from koe.web.player import mount_roll, mount_sound, score
from koe.web.serving.sounds import shelf
from koe.web.serving.written_live import SOON_SEC, Live, live
from koe.web.session import playing, state
from koe.web.texts import composing as texts
from koe.web.texts import pages

LETTERS = "ABC"
SADDER = "composing_sadder_asked"  # until the Compose page has begun with it
LOOK_SEC = 0.7  # between two looks at what has been written
HEIGHT = 260


def ask_for_sadder() -> None:
    """Let the Compose page write another piece, dark and calm; low and sparse as well where it was that already."""
    sad = {"compose-mood": "dark", "compose-pace": "calm"}
    if all(st.session_state.get(key) == value for key, value in sad.items()):
        sad |= {"compose-register": "low", "compose-density": "low"}
    # Another seed, too: where it was dark and calm, low and sparse, the very same piece would come again.
    for key, value in {"compose-key": "", "compose-seed-number": state.new_seed(), **sad}.items():
        st.session_state[key] = value
    state.keep(SADDER, True)


def sadder_button(key: str) -> None:
    """A button for that, for what may come after a piece."""
    st.button(
        pages.SADDER,
        icon=":material/rainy:",
        key=f"{key}-sadder",
        help=pages.SADDER_HELP,
        on_click=ask_for_sadder,
    )


def work_id(wishes: Wishes, seed: int, model: str) -> str:
    """What tells the player that a longer piece is the same one, further written."""
    return hashlib.blake2b(repr((wishes, seed, model)).encode(), digest_size=8).hexdigest()


def written(
    wishes: Wishes, seed: int, model: str, key: str, *, autoplay: bool, on_stop: Callable[[], None]
) -> Piece | None:
    """The piece that was wished for; None while it is written, and is shown so.

    Parameters
    ----------
    wishes : Wishes
    seed : int
    model : str
    key : str
        Of its player; the result has the same.
    autoplay : bool
        Whether what is there plays by itself.
    on_stop : callable
        Called when the visitor wants no more of it.

    Raises
    ------
    KoeError
        If it cannot be written.
    """
    as_heard = playing.playing_of(Piece((), 0)).heard  # nothing that Koe writes has a way of its own
    one = live(wishes, seed, model, as_heard)
    if one.is_over.wait(SOON_SEC):
        return one.result()
    _growing(one, key, work_id(wishes, seed, model), autoplay, on_stop)
    return None


@st.fragment(run_every=LOOK_SEC)
def _growing(one: Live, key: str, work: str, autoplay: bool, on_stop: Callable[[], None]) -> None:
    one.look()
    one.as_heard = as_heard = playing.playing_of(Piece((), 0)).heard
    if one.is_over.is_set():
        st.rerun()

    def stop() -> None:
        one.stop()
        on_stop()

    piece, sounding = one.piece, one.heard
    with st.container(key=f"result-{key}", gap="small"):
        if piece is not None:
            plays = as_heard(sounding) if sounding is not None and shelf.served else None
            shown = piece if plays is None else written_on(plays, piece)  # the cursor follows what is heard
            mount_roll(
                shown,
                key,
                score.by_origin(shown, 0),
                first_measure=1,
                height=HEIGHT,
                form=True,
                work=work,
                sounds_as=plays or shown,
            )
            if plays is not None:
                mount_sound(plays, key, autoplay=autoplay)
        done = min(piece.n_measures if piece else 0, one.measures)
        queue = pages.YOUR_PLACE.format(place=one.place) if one.place else ""
        st.progress(done / one.measures, text=queue or texts.WRITING.format(done=done, total=one.measures))
        # A click on it runs the whole page anew.
        if st.button(texts.STOP, icon=":material/stop:", key=f"{key}-stop"):
            stop()
            st.rerun()


def with_next_letter(form: str, number: int) -> str:
    """A form with the next letter that makes sense in a block: B is not new before A, and what returns was there.

    Examples
    --------
    >>> with_next_letter("A A' B A", 1)
    'A B B A'
    """
    blocks = form.split()
    able = _able(blocks[:number])
    blocks[number] = able[(able.index(blocks[number]) + 1) % len(able)] if blocks[number] in able else able[0]
    # What comes after must still have heard what it brings back.
    for later in range(number + 1, len(blocks)):
        able = _able(blocks[:later])
        if blocks[later] not in able:
            blocks[later] = blocks[later][0] if blocks[later][0] in able else able[0]
    return " ".join(blocks)


def _able(before: list[str]) -> list[str]:
    """What a block may be after others."""
    seen = {block[0] for block in before}
    able = []
    for number, letter in enumerate(LETTERS):
        if number <= len(seen):
            able.append(letter)
        if letter in seen:
            able.append(f"{letter}'")
    return able
