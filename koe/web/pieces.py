"""Choosing a piece and a segment of it, and what is worth knowing about a piece."""

import streamlit as st

from koe.errors import InputError, KoeError
from koe.formats.reading import ENDINGS
from koe.music.beats import Beats, Change
from koe.music.grid import SEGMENT_TICKS
from koe.music.piece import Piece
from koe.web.player import Choose, mount_roll, offer_sound, score
from koe.web.serving import cached_studio
from koe.web.session import places, state
from koe.web.texts import pages as texts
from koe.web.texts.errors import refused, remarked, told
from koe.web.texts.pages import clock
from koe.web.texts.titles import labelled, titled
from koe.web.uploads import file_name

_UPLOADED = "uploaded"
# Demo pieces that stand beside another one at first: grave and full, nimble and off the beat, slow and bare, even.
CONTRASTS = ("chopin-prelude-c-minor", "joplin-entertainer", "satie-gymnopedie-1", "bach-prelude-c-major")


def name_of(piece: Piece) -> str:
    """The piece's title, safe to stand in Markdown."""
    return texts.escape(titled(piece.title)) or texts.UNTITLED


def facts(piece: Piece) -> str:
    """Number of notes, length, metre and tempo, in one line."""
    metres = list(dict.fromkeys(str(signature) for signature in piece.time_signatures))
    tempo = texts.TEMPO_AVERAGE if piece.n_tempo_changes else texts.TEMPO
    parts = (
        texts.count(len(piece.notes), "note"),
        texts.count(piece.n_measures, "measure"),
        ", ".join(metres[:3]) + (" …" if len(metres) > 3 else ""),
        tempo.format(qpm=f"{piece.qpm:.0f}"),
        texts.LENGTH.format(length=clock(piece.duration_sec)),
    )
    return " · ".join(parts)


def remarks(piece: Piece) -> tuple[str, ...]:
    """What was left out or is not as expected, a sentence each."""
    dropped = piece.dropped
    parts = (
        (dropped.drums, "drum note"),
        (dropped.outside_piano, "note outside the piano's keys"),
        (dropped.beyond_limit, "note beyond the longest length"),
    )
    left_out = ", ".join(texts.count(number, noun) for number, noun in parts if number)
    sentences = [texts.LEFT_OUT.format(what=left_out)] if left_out else []
    return (*sentences, *map(remarked, piece.warnings))


def upload(key: str) -> Piece | None:
    """Let a file be uploaded; gives its piece once, in the run in which it came.

    A refused file changes nothing; the sentence that says why stays while the
    file stands in the uploader.
    """
    seen_key = f"{key}-seen"  # (id of the file, why it was refused)
    endings = ", ".join(f".{ending}" for ending in ENDINGS)
    file = st.file_uploader(texts.UPLOAD, key=key, help=f"{texts.UPLOAD_HELP} ({endings})")
    if file is None:
        st.session_state.pop(seen_key, None)
        return None
    piece: Piece | None = None
    refusal = ""
    if st.session_state.get(seen_key, ("",))[0] == file.file_id:
        refusal = st.session_state[seen_key][1]
    else:
        name = file_name(file.name)
        try:
            piece = cached_studio.studio().open_piece(file.getvalue(), name)
            if not piece.notes:
                piece, refusal = None, texts.NO_NOTES.format(name=name)
        except KoeError as error:
            piece, refusal = None, refused(error)
        st.session_state[seen_key] = (file.file_id, refusal)
    if refusal:
        st.error(texts.escape(refusal), icon=":material/error:")
    return piece


def choose_piece(name: str, label: str, *, another: int = 0) -> tuple[Piece, int]:
    """Any piece for a page that needs two: the current one, a demo piece, or a file.

    Parameters
    ----------
    name : str
        What the choice is remembered under.
    label : str
    another : int
        Which demo piece other than the current piece is chosen at first, from
        1; 0 for the current piece.

    Returns
    -------
    piece : Piece
    measure : int
        Where its segment starts, from 1.
    """
    box, below = st.container(), st.container()
    piece_name, measure_name = f"{name}-piece", f"{name}-measure"
    with below, st.popover(texts.UPLOAD, icon=":material/upload:", type="tertiary", key=f"{name}-popover"):
        uploaded = upload(f"{name}-upload")
    if uploaded is not None:
        state.keep(f"{name}-uploaded", uploaded)
        state.keep(piece_name, _UPLOADED)
        state.forget(measure_name)
    own = state.peek(f"{name}-uploaded", None)
    current = state.current_piece()
    labels = {state.CURRENT: texts.CURRENT_PIECE.format(title=titled(current.title) or texts.UNTITLED)}
    labels |= {entry.slug: labelled(entry) for entry in cached_studio.demo_pieces()}
    if own is not None:
        labels[_UPLOADED] = titled(own.title) or texts.UNTITLED
    choice = state.peek(piece_name, _UPLOADED if own is not None else "")
    if choice not in labels:
        choice = _at_first(labels, titled(current.title), another)
    key = f"{name}-choice"

    def chosen() -> None:
        state.keep(piece_name, st.session_state[key])
        state.forget(measure_name)

    # What counts is what is kept, and its label may be another in each run.
    st.session_state[key] = choice
    with box:
        st.selectbox(label, list(labels), format_func=labels.__getitem__, key=key, on_change=chosen)
    if choice == state.CURRENT:
        piece, first = current, state.measure()
    else:
        piece, first = (own if choice == _UPLOADED else cached_studio.demo_piece(choice)), 1
    if not has_choice(piece):
        return piece, 1
    before = 1 - piece.first_number  # how much less the numbers are than the places
    measure = min(state.peek(measure_name, first), piece.n_measures)
    slider = f"{name}-measure-slider"
    st.session_state[slider] = measure - before
    with below:
        st.slider(
            texts.SEGMENT_SLIDER,
            piece.first_number,
            piece.n_measures - before,
            key=slider,
            on_change=lambda: state.keep(measure_name, st.session_state[slider] + before),
        )
    return piece, measure


def _at_first(labels: dict[str, str], title: str, another: int) -> str:
    """The current piece, or one of the others that is not it under another name."""
    if not another:
        return state.CURRENT
    others = [slug for slug, label in labels.items() if slug != state.CURRENT and not (title and title in label)]
    others.sort(key=lambda slug: CONTRASTS.index(slug) if slug in CONTRASTS else len(CONTRASTS))
    return others[min(another, len(others)) - 1] if others else state.CURRENT


def measure_slider(key: str) -> None:
    """A slider for the segment of the current piece; none where there is nothing to choose."""
    piece = state.current_piece()
    if not has_choice(piece):
        return
    # The value that counts is the one in `state`, which other widgets change too.
    st.session_state[key] = state.measure_number()
    before = 1 - piece.first_number
    st.slider(
        texts.SEGMENT_SLIDER,
        piece.first_number,
        piece.n_measures - before,
        key=key,
        help=texts.SEGMENT_HELP,
        on_change=lambda: state.choose_measure(st.session_state[key] + before),
    )


def segment_name(piece: Piece, measure: int) -> str:
    """Such as ``"measures 5 to 8"``, by the numbers that are printed; ``measure`` counts from 1."""
    first, last = (place - 1 + piece.first_number for place in state.measures_of_segment(piece, measure))
    return texts.MEASURES.format(first=first, last=last) if last > first else texts.MEASURE.format(first=first)


def current_piece_bar(key: str) -> None:
    """Name of the current piece and its segment, and the way to change either."""
    piece = state.current_piece()
    with st.container(key="piece-bar"):
        left, right = st.columns([3, 4], vertical_alignment="center", gap="medium")
        with left, st.container(gap=None):
            st.markdown(f"**{name_of(piece)}**, {segment_name(piece, state.measure())}")
            st.page_link("pages/your_piece.py", label=texts.CHANGE_PIECE, icon=":material/library_music:")
        with right:
            measure_slider(f"{key}-measure")
    if (choose := choose_segment(piece)) is not None:
        _roll_to_choose(piece, f"{key}-choose", choose)


def current_piece_line() -> None:
    """Name of the current piece, and the way to another."""
    piece = state.current_piece()
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="piece-line"):
        st.markdown(f"**{name_of(piece)}**, {texts.count(piece.n_measures, 'measure')}", width="content")
        st.page_link("pages/your_piece.py", label=texts.CHANGE_PIECE, icon=":material/library_music:")


ROLL_HEIGHT, SMALL_ROLL_HEIGHT = 150, 84


def _roll_to_choose(piece: Piece, key: str, choose: Choose, *, plays: bool = False) -> None:
    """The whole of a piece, on which something is chosen by hand."""
    mount_roll(
        piece,
        key,
        score.by_origin(piece, None),
        first_measure=piece.first_number,
        height=ROLL_HEIGHT if plays else SMALL_ROLL_HEIGHT,
        choose=choose,
        bare=not plays,
    )
    if plays:
        offer_sound(piece, key)


def choose_segment(piece: Piece) -> Choose | None:
    """The segment of the current piece, as it is moved on a roll; None where there is nothing to choose."""
    if not has_choice(piece):
        return None
    return Choose("move", state.measure(), 1, lambda first, _: state.choose_measure(first), length=SEGMENT_TICKS)


def choose_stretch(piece: Piece, task: str, label: str) -> tuple[int, int]:
    """Some measures of the current piece, between two ends of a slider.

    Returns
    -------
    first, n_measures : int
        The first from 1.
    """
    first, n_measures = places.stretch(piece, task)
    if piece.n_measures < 2:
        return first, n_measures
    _roll_to_choose(
        piece,
        f"{task}-choose",
        Choose(
            "stretch",
            first,
            n_measures,
            lambda *chosen: places.choose_stretch(piece, task, *chosen),
            most=places.MOST_MEASURES,
        ),
        plays=True,
    )
    before = 1 - piece.first_number
    wanted = (first - before, first + n_measures - 1 - before)
    # A slider with two ends takes no other value once it is there; where that was chosen elsewhere, it is a new one.
    turn = f"{task}-stretch-turn"
    key = f"{task}-stretch-{state.kept(turn, 0)}"
    if st.session_state.get(key, wanted) != wanted:
        state.keep(turn, state.kept(turn, 0) + 1)
        key = f"{task}-stretch-{state.kept(turn, 0)}"

    def chosen() -> None:
        low, high = st.session_state[key]
        places.choose_stretch(piece, task, low + before, high - low + 1)

    st.slider(label, piece.first_number, piece.n_measures - before, wanted, key=key, on_change=chosen)
    return first, n_measures


def choose_after(piece: Piece) -> Piece:
    """The current piece up to a measure of choice, after which a network goes on; all of it at first."""
    if piece.n_measures > 1:
        kept = Choose("end", 1, places.after(piece), lambda _, n_measures: places.choose_after(piece, n_measures))
        _roll_to_choose(piece, "continue-choose", kept, plays=True)
        key, before = "continue-after-slider", 1 - piece.first_number
        st.session_state[key] = places.after(piece) - before
        st.slider(
            texts.AFTER,
            piece.first_number,
            piece.n_measures - before,
            key=key,
            help=texts.AFTER_HELP,
            on_change=lambda: places.choose_after(piece, st.session_state[key] + before),
        )
    return places.before_going_on(piece)


def say_moved(listener: str, *heard: Piece) -> None:
    """Say how many notes a network that hears sixteenths has to move, if there are any."""
    moved = sum(piece.n_between_steps for piece in heard)
    if moved:
        total = texts.count(sum(len(piece.notes) for piece in heard), "note")
        sentence = texts.MOVED_NOTE if moved == 1 else texts.MOVED_NOTES
        st.caption(f":material/info: {sentence.format(moved=moved, total=total, listener=listener)}")


def choose_beats(piece: Piece) -> None:
    """Other beats under a piece whose beats were guessed: half or twice as many, or moved by an eighth."""
    if not piece.beats_estimated:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="beats"):
        st.caption(texts.BEATS_LEAD, width="content")
        for how, (label, icon) in texts.BEATS.items():
            st.button(label, key=f"beats-{how}", icon=icon, type="tertiary", on_click=_rebeat, args=(piece, how))


def _rebeat(piece: Piece, how: Change) -> None:
    before = state.kept("beats", None)
    if before is None or before.piece != piece:
        before = Beats(piece)
    beats = before.changed(how)
    try:
        state.use_piece(beats.piece)
        state.keep("beats", beats)
    except InputError as error:
        state.notice(told(error))


def has_choice(piece: Piece) -> bool:
    """Whether the piece is longer than its first segment."""
    return state.measures_of_segment(piece, 1)[1] < piece.n_measures
