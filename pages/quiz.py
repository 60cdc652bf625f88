"""Person or network: ten excerpts to be told apart by ear, and what all visitors said."""

from functools import partial

import streamlit as st

from koe.plots.listening import scores_figure
from koe.studio.listening import ORIGINS, Excerpt, Sign, as_csv, believed, signs, ten
from koe.web.frame import heading, palette
from koe.web.player import mount_roll, offer_sound, score
from koe.web.result.result import STILL
from koe.web.serving.listening import answers
from koe.web.session import state
from koe.web.texts import pages
from koe.web.texts import quiz as texts

PARAMETER = "round"  # in the address: who has the same hears the same ten
GIVEN = "koe_quiz_given"  # the round, and what was said of its excerpts so far: True for a person


def play_again() -> None:
    """Begin another round."""
    st.query_params[PARAMETER] = str(state.new_seed())


def say(number: int, person: bool) -> None:
    """Take an answer; the last one ends the round, which is counted then."""
    if number != len(given):  # a second click on what is answered
        return
    given.append(person)
    if len(given) == len(questions):
        answers().add([(one.origin, said) for one, said in zip(questions, given, strict=True)])


def source(one: Excerpt) -> str:
    """Who wrote it, as it is said."""
    return one.source if one.seed is None else texts.QUIZ_SOURCE.format(network=one.source, seed=one.seed)


def verdict(one: Excerpt, said: bool) -> str:
    """Whether an answer was right, and who it was."""
    sentence = texts.QUIZ_RIGHT if one.by_person == said else texts.QUIZ_WRONG
    icon = ":material/check:" if one.by_person == said else ":material/close:"
    return f"{icon} {sentence.format(source=pages.escape(source(one)))}"


def signs_table() -> str:
    """What the excerpts are like, a row for each sign and a column for each origin."""

    def cell(sign: Sign, written: str) -> str:
        return f"{written.format(sign.mean)} ({written.format(sign.low)} – {written.format(sign.high)})"

    head = ["", *(texts.QUIZ_ORIGINS[origin] for origin in ORIGINS)]
    lines = [head, [":--", *["--:"] * len(ORIGINS)]]
    for name, of_origins in signs().items():
        written = "{:.0f}" if name == "pitch_range" else "{:.0%}"
        lines.append([texts.QUIZ_SIGN_NAMES[name], *(cell(of_origins[origin], written) for origin in ORIGINS)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


asked = st.query_params.get(PARAMETER, "")
if not asked.isdecimal() or not 0 < int(asked) <= state.MAX_SEED:
    asked = st.query_params[PARAMETER] = str(state.new_seed())
if st.session_state.get(GIVEN, ("", []))[0] != asked:
    st.session_state[GIVEN] = (asked, [])
given: list[bool] = st.session_state[GIVEN][1]
questions = ten(int(asked))

heading(texts.QUIZ_TITLE, texts.QUIZ_LEAD)
if len(given) < len(questions):
    number = len(given)
    if number:
        st.markdown(verdict(questions[number - 1], given[-1]))
    else:
        st.markdown(texts.QUIZ_MORE)
    st.header(texts.QUIZ_NUMBER.format(number=number + 1, total=len(questions)), anchor=False)
    piece = questions[number].piece
    key = f"quiz-{asked}-{number}"
    with st.container(horizontal=True, key="quiz-answers"):
        # A key of each question: a click that comes late must not answer the next one.
        for label, person in ((texts.QUIZ_PERSON, True), (texts.QUIZ_NETWORK, False)):
            st.button(label, key=f"{key}-{person}", on_click=partial(say, number, person))
    mount_roll(piece, key, score.by_origin(piece, None), first_measure=1, height=240)
    offer_sound(piece, key, autoplay=number > 0)
else:
    right = sum(one.by_person == said for one, said in zip(questions, given, strict=True))
    st.header(texts.QUIZ_SCORE.format(right=right, total=len(questions)), anchor=False)
    st.markdown(texts.QUIZ_CHANCE)
    st.markdown("\n".join(f"1. {verdict(one, said)}" for one, said in zip(questions, given, strict=True)))
    st.button(texts.QUIZ_AGAIN, icon=":material/refresh:", type="primary", on_click=play_again, key="quiz-again")
    st.header(texts.QUIZ_ALL, anchor=False)
    figure = scores_figure(answers().scores(), right, axis=texts.QUIZ_AXIS, hover=texts.QUIZ_HOVER, palette=palette())
    st.plotly_chart(figure, key="quiz-scores", config=STILL, alt=texts.QUIZ_SCORES_ALT)
    rows = believed(answers().counts())
    lines = [
        f"| {texts.QUIZ_ORIGINS[row.origin]} | {row.n_heard} | {row.n_believed / row.n_heard:.0%} "
        f"| {row.low:.0%} – {row.high:.0%} |"
        for row in rows
    ]
    st.markdown(texts.QUIZ_TABLE + "\n".join(lines))
    st.caption(texts.QUIZ_STORED)
    st.download_button(
        texts.QUIZ_EXPORT, as_csv(rows), "koe-listening.csv", "text/csv", key="quiz-export", on_click="ignore"
    )
    st.header(texts.QUIZ_SIGNS_TITLE, anchor=False)
    st.markdown(texts.QUIZ_SIGNS)
    st.markdown(signs_table())
    st.caption(texts.QUIZ_SIGNS_SOURCE)
