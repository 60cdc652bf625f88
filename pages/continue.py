"""Continue: a network with a memory goes on from a chord, a segment, or nothing."""

import streamlit as st

from koe.errors import InputError
from koe.generation.sampling import DEFAULT_THRESHOLD, WAYS, Sampling
from koe.music.grid import DEFAULT_QPM, STEPS_PER_MEASURE, STEPS_PER_QUARTER
from koe.music.notes import chord_from_names, pitch_name
from koe.music.piece import Piece
from koe.web import backend, controls, piano, pieces, state, texts
from koe.web.frame import heading
from koe.web.result import ASK_BEFORE_SEC, clock, show_result
from koe.web.warmup import require_models

CHORD_STEPS = 8
CHORD = "chord-names"

heading(texts.CONTINUE_TITLE, texts.CONTINUE_LEAD)


def chord_names(pitches: tuple[int, ...]) -> str:
    """The chord as it stands in the text field."""
    return " ".join(pitch_name(pitch) for pitch in pitches)


def set_chord(names: str) -> None:
    """Put a chord into the text field, and so on the keyboard."""
    st.session_state[CHORD] = names


def choose_chord() -> tuple[int, ...]:
    """Keyboard, field and ready-made chords; all three show the same."""
    if CHORD not in st.session_state:
        set_chord(chord_names(chord_from_names(state.kept("chord", texts.CHORDS["C major"]))))
    names = st.session_state[CHORD]
    error = ""
    try:
        pitches = chord_from_names(names) if names.strip() else ()
    except InputError as wrong:
        pitches, error = (), str(wrong)
    piano.choose_chord(pitches, key="keyboard", on_change=lambda chosen: set_chord(chord_names(chosen)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(texts.CHORD_LABEL, key=CHORD, help=texts.CHORD_HELP, width=260, max_chars=200)
        for label, ready in texts.CHORDS.items():
            st.button(label, key=f"chord-{label}", on_click=set_chord, args=(chord_names(chord_from_names(ready)),))
    if error:
        st.warning(texts.escape(error))
    elif pitches:
        state.keep("chord", names)
    return pitches


def ask() -> None:
    """Let the network write in the next run."""
    state.keep("continue_asked", True)


def take_in(played: Piece | None, said: str) -> None:
    """Keep what was played for all pages; what could not be used leaves the last take as it was."""
    if played or not said:
        state.keep("played", played)
    state.keep("played_said", (said, state.visit()))


def play_piece() -> Piece | None:
    """The piano, and what was played on it last."""
    played = state.kept("played", None)
    said, visit = state.kept("played_said", ("", 0))
    piano.play_in(
        played,
        key="piano",
        on_take=take_in,
        on_go=ask,
        said=said if visit == state.visit() else "",
        follow="[class*=st-key-result-continued-]",
    )
    if played:
        st.button(
            texts.USE,
            key="played-use",
            icon=":material/queue_music:",
            help=texts.USE_HELP,
            on_click=lambda: (state.use_piece(played), state.notice(texts.USED)),
        )
    return played


def choose_prompt() -> tuple[Piece | None, bool]:
    """What the network hears first, and whether all is there to begin."""
    starts = (texts.START_CHORD, texts.START_PLAY, texts.START_SEGMENT, texts.START_NOTHING)
    start = st.segmented_control(
        texts.START, starts, default=texts.START_CHORD, required=True, key="continue-start", persist_state="session"
    )
    if start == texts.START_NOTHING:
        return None, True
    if start == texts.START_PLAY:
        played = play_piece()
        if not played:
            st.caption(piano.texts.PLAY_FIRST)
        return played, played is not None
    if start == texts.START_SEGMENT:
        pieces.current_piece_bar("continue")
        return state.segment_piece(), True
    pitches = choose_chord()
    if not pitches:
        st.caption(texts.CHORD_EMPTY)
        return None, False
    return backend.studio().chord(pitches, CHORD_STEPS), True


prompt, ready = choose_prompt()

left, middle, right = st.columns(3, gap="large")
with left:
    cards = backend.studio().continuation_models()
    card = controls.choose_model(cards, "continue") if len(cards) > 1 else None
    n_steps = st.slider(
        texts.STEPS, 16, 1024, 256, 16, key="continue-steps", help=texts.STEPS_HELP, persist_state="session"
    )
    seconds = n_steps / STEPS_PER_QUARTER * 60 / (prompt.qpm if prompt else DEFAULT_QPM)
    measures = texts.count(n_steps // STEPS_PER_MEASURE, "measure")
    st.caption(texts.STEPS_IN_WORDS.format(measures=measures, length=clock(seconds)))
with middle:
    way = st.segmented_control(
        texts.WAY,
        WAYS,
        default=WAYS[0],
        required=True,
        format_func=texts.WAYS.get,
        key="continue-way",
        help=texts.WAY_HELP,
        persist_state="session",
    )
    if way == "toss":
        temperature = st.slider(
            texts.TEMPERATURE,
            0.1,
            3.0,
            1.0,
            0.05,
            key="temperature",
            help=texts.TEMPERATURE_HELP,
            persist_state="session",
        )
        sampling = Sampling(way, temperature=temperature)
    else:
        sampling = Sampling(way, threshold=controls.threshold_slider("continue-threshold", DEFAULT_THRESHOLD))
with right:
    n_variations = st.slider(texts.VARIATIONS, 1, 8, 1, key="variations", persist_state="session")
    seed = controls.choose_seed("continue-seed")

place = st.container()
place.button(
    texts.CONTINUE_GO,
    type="primary",
    icon=":material/play_arrow:",
    key="continue-go",
    disabled=not ready,
    on_click=ask,
)
if ready and state.kept("continue_asked", False):
    state.keep("continue_asked", False)
    with place:
        require_models()
        # Any click ends this run, and with it the work, at the next stretch of steps.
        st.button(texts.CONTINUE_STOP, icon=":material/stop:", key="continue-stop")
        bar = st.progress(0.0, text=texts.CONTINUING.format(done=0, total=n_steps))

        def progress(done: int, total: int) -> None:
            """Show how far the network is."""
            bar.progress(min(done / max(total, 1), 1.0), text=texts.CONTINUING.format(done=done, total=total))

        model = (card or backend.continuation_model()).name
        made = backend.studio().continue_piece(prompt, n_steps, model, sampling, seed, n_variations, progress=progress)
        state.keep("continued", (made, prompt.n_steps if prompt else 0, state.visit()))
        state.keep("continued_number", state.kept("continued_number", 0) + 1)
    st.rerun()

if continued := state.kept("continued", ()):
    made, heard, visit = continued
    if heard:
        st.caption(texts.CONTINUE_COLORS)
    for number, piece in enumerate(made, start=1):
        if len(made) > 1:
            st.subheader(texts.VARIATION.format(number=number), anchor=False)
        if not any(note.onset >= heard for note in piece.notes):
            st.caption(texts.CONTINUE_EMPTY)
        # The first one plays by itself, right after the click that asked for it.
        key = f"continued-{state.kept('continued_number', 0)}-{number}"
        show_result(
            piece,
            key,
            made_from=heard,
            autoplay=number == 1 and visit == state.visit(),
            ask_before_sec=ASK_BEFORE_SEC if number == 1 else ASK_BEFORE_SEC / len(made),
        )
