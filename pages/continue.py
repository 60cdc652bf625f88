"""Continue: a network with a memory goes on from a chord, a segment, or nothing."""

import numpy as np
import streamlit as st

from koe.errors import InputError
from koe.models.cards import COMPOSITION, ModelCard
from koe.models.registry import is_as_in_the_paper
from koe.models.sampling import TOSS, Sampling
from koe.music.grid import DEFAULT_QPM, STEPS_PER_MEASURE, STEPS_PER_QUARTER, TICKS_PER_STEP
from koe.music.naming import ENGLISH, Notation
from koe.music.notes import chord_from_names, pitch_name
from koe.music.piece import Piece
from koe.studio.continuing import qpm_of_what_follows
from koe.web import continuing, controls, piano, pieces
from koe.web.frame import heading
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import continued, state
from koe.web.texts import continuing as words
from koe.web.texts import language
from koe.web.texts import pages as texts
from koe.web.texts.errors import told

CHORD_STEPS = 8
CHORD, CHORD_LANGUAGE = "chord-names", "chord-language"
CHORDS = {
    "c-major": "C3 G3 C4 E4 G4",
    "a-minor": "A2 E3 A3 C4 E4",
    "g-seventh": "G2 D3 F3 B3 D4",
    "d-minor": "D3 A3 D4 F4 A4",
    "one-note": "C4",
}

heading(words.CONTINUE_TITLE, words.CONTINUE_LEAD)


def chord_names(pitches: tuple[int, ...], notation: Notation | None = None) -> str:
    """The chord as it stands in the text field: in the visitor's notation, unless another is given."""
    return " ".join(pitch_name(pitch, notation or language.notation()) for pitch in pitches)


def set_chord(names: str) -> None:
    """Put a chord into the text field, and so on the keyboard."""
    st.session_state[CHORD] = names


def choose_chord() -> tuple[int, ...]:
    """Keyboard, field and ready-made chords; all three show the same."""
    # The field's names mean other keys in another language; what is kept is in English.
    if CHORD not in st.session_state or st.session_state.get(CHORD_LANGUAGE) != language.language():
        set_chord(chord_names(chord_from_names(state.kept("chord", CHORDS["c-major"]))))
        st.session_state[CHORD_LANGUAGE] = language.language()
    # Said again at each run: what a field sent while another chord was on its way to it counts, and must be seen.
    names = st.session_state[CHORD] = st.session_state[CHORD]
    error = ""
    try:
        pitches = chord_from_names(names, language.notation()) if names.strip() else ()
    except InputError as wrong:
        pitches, error = (), told(wrong)
    piano.choose_chord(pitches, key="keyboard", on_change=lambda chosen: set_chord(chord_names(chosen)))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input(words.CHORD_LABEL, key=CHORD, help=words.CHORD_HELP, width=260, max_chars=200)
        for name, ready in CHORDS.items():
            chord = chord_names(chord_from_names(ready))
            st.button(words.CHORDS[name], key=f"chord-{name}", on_click=set_chord, args=(chord,))
    if error:
        st.warning(texts.escape(error))
    elif pitches:
        state.keep("chord", chord_names(pitches, ENGLISH))
    return pitches


def play_piece() -> Piece | None:
    """The piano, and what was played on it last."""
    played = state.kept("played", None)
    said, visit = state.kept("played_said", ("", 0))
    answers = cached_studio.studio().answering_model() is not None
    if answers:
        st.caption(words.ANSWERING_HINT)
    piano.play_in(
        played,
        key="piano",
        on_take=continuing.take_in,
        on_go=continued.ask,
        on_phrase=continuing.take_phrase if answers else None,
        said=said if visit == state.visit() else "",
        follow=".st-key-continue-buttons",
    )

    def use() -> None:
        state.use_piece(played)
        state.notice(texts.USED)

    if played:
        st.button(texts.USE, key="played-use", icon=":material/queue_music:", help=texts.USE_HELP, on_click=use)
    return played


def choose_prompt(start: str) -> tuple[Piece | None, bool]:
    """What the network hears first, and whether all is there to begin."""
    if start == "nothing":
        return None, True
    if start == "play":
        played = play_piece()
        if not played:
            st.caption(piano.texts.PLAY_FIRST)
        return played, played is not None
    if start == "segment":
        pieces.current_piece_line()
        return pieces.choose_after(state.current_piece()), True
    pitches = choose_chord()
    if not pitches:
        st.caption(words.CHORD_EMPTY)
        return None, False
    return cached_studio.studio().chord(pitches, CHORD_STEPS), True


def surprise() -> None:
    """A chord, a temperature and a seed by chance, and the network goes on from them."""
    seed = state.new_seed()
    rng = np.random.default_rng(seed)
    set_chord(chord_names(chord_from_names(rng.choice(list(CHORDS.values())))))
    st.session_state["continue-start"] = "chord"
    st.session_state["continue-way"] = TOSS
    st.session_state["temperature"] = float(rng.choice((0.9, 0.95, 1.0, 1.05)))
    st.session_state["continue-seed-number"] = seed
    continued.ask()


def choose_sampling(card: ModelCard) -> tuple[Sampling, bool]:
    """How probabilities become notes, and whether somebody watches over it: all that this network knows."""
    way = TOSS
    if card.kind != COMPOSITION:
        way = controls.choice("continue-way", words.WAY, words.WAYS.__getitem__, words.WAY_HELP)
    if way != TOSS:
        return Sampling(way, threshold=controls.threshold_slider("continue-threshold")), False
    temperature = controls.slider("temperature", texts.TEMPERATURE, texts.TEMPERATURE_HELP)
    guard = controls.switch("continue-guard", words.GUARD, words.GUARD_HELP)
    if not card.hears_onsets:
        return Sampling(way, temperature=temperature), guard
    top_p = controls.slider("continue-top-p", words.TOP_P, words.TOP_P_HELP)
    if card.kind == COMPOSITION:
        return Sampling(way, temperature=temperature, top_p=top_p), guard
    return Sampling(
        way,
        temperature=temperature,
        top_p=top_p,
        density=controls.slider("continue-density", words.DENSITY, words.DENSITY_HELP),
        holding=controls.slider("continue-holding", words.HOLDING, words.HOLDING_HELP),
    ), guard


def choose_length(chosen: Piece | None, in_sixteenths: bool) -> int:
    """How much is written, in minutes of the tempo that goes on, or as the paper counts."""
    sec_per_step = 60 / STEPS_PER_QUARTER / (qpm_of_what_follows(chosen) if chosen else DEFAULT_QPM)

    def in_words(n_steps: int) -> str:
        return str(n_steps) if in_sixteenths else texts.LENGTH.format(length=texts.clock(n_steps * sec_per_step))

    label, hint = (words.STEPS, words.STEPS_HELP) if in_sixteenths else (words.LENGTH, None)
    n_steps = controls.count_in_time("continue-steps", label, in_words, hint)
    measure_ticks = chosen.time_signatures[-1].measure_ticks if chosen else STEPS_PER_MEASURE * TICKS_PER_STEP
    measures = texts.count(round(n_steps * TICKS_PER_STEP / measure_ticks), "measure")
    st.caption(words.STEPS_IN_WORDS.format(measures=measures, length=texts.clock(n_steps * sec_per_step)))
    return n_steps


start = controls.choice("continue-start", words.START, words.STARTS.__getitem__, set_elsewhere=True)
chosen, ready = choose_prompt(start)

left, middle, right = st.columns(3, gap="large")
with right:
    # All that is counted, weighed or drawn by lot, for those who look for it.
    more = st.popover(words.MORE, icon=":material/tune:", key="continue-more")
    card = controls.choose_model(cached_studio.studio().continuation_models(), "continue", more)
as_in_the_paper = is_as_in_the_paper(card)
with left:
    n_steps = choose_length(chosen, as_in_the_paper)
    if chosen:
        pieces.say_moved(card.title, chosen)
with middle:
    if not as_in_the_paper:
        controls.daring("temperature")
with middle if as_in_the_paper else more:
    sampling, guard = choose_sampling(card)
with more:
    n_variations = controls.count("variations", words.VARIATIONS)
    seed = controls.choose_seed("continue-seed")

place = st.container()
with place, st.container(horizontal=True, gap="small", key="continue-buttons"):
    st.button(
        words.CONTINUE_GO,
        type="primary",
        icon=":material/play_arrow:",
        key="continue-go",
        disabled=not ready,
        on_click=continued.ask,
    )
    st.button(words.SURPRISE, icon=":material/casino:", key="surprise", help=words.SURPRISE_HELP, on_click=surprise)
prompt = continued.prompt_of(chosen)
if (ready or prompt) and continued.asked():
    with place:
        require_models()
        if prompt and continued.answer_asked() and (answering := cached_studio.studio().answering_model()):
            chosen_way = sampling if card.kind == COMPOSITION else Sampling()
            continuing.write(
                prompt, continuing.ANSWER_STEPS, answering.name, chosen_way, seed, 1, True, start, answer=True
            )
        else:
            continuing.write(prompt, n_steps, card.name, sampling, seed, n_variations, guard, start)
    st.rerun()

continuing.show_results(start, "continue-seed")
continuing.show_takes(start)
