"""Your piece: choose it, look at it, hear it, and choose a segment of it."""

import streamlit as st

from koe.music.grid import SEGMENT_TICKS
from koe.web import pieces, recording
from koe.web.frame import heading
from koe.web.result.result import show_result
from koe.web.serving import cached_studio
from koe.web.session import state
from koe.web.session.shelf import heart, show_shelf
from koe.web.texts import pages
from koe.web.texts import your_piece as texts
from koe.web.texts.titles import labelled

heading(texts.YOUR_PIECE_TITLE, texts.YOUR_PIECE_LEAD)


def pick_demo() -> None:
    """Take the piece that was just picked."""
    if entry := st.session_state["demo"]:
        state.use_piece(cached_studio.demo_piece(entry.slug))


left, right = st.columns(2, gap="large")
with left:
    demos = st.container()
with right:
    uploaded = pieces.upload("your-upload")
if uploaded is not None:
    state.use_piece(uploaded)
if (recorded := recording.hum_or_play("your")) is not None:
    state.use_piece(recorded)

show_shelf()
piece = state.current_piece()
with demos:
    entries = cached_studio.demo_pieces()
    labels = {entry.slug: labelled(entry) for entry in entries}
    like = (one for one in entries if one.title == piece.title)
    st.session_state["demo"] = next((one for one in like if cached_studio.demo_piece(one.slug) == piece), None)
    st.selectbox(
        texts.PICK_DEMO,
        entries,
        index=None,
        format_func=lambda entry: labels[entry.slug],
        placeholder=texts.PICK_DEMO_PLACEHOLDER,
        key="demo",
        on_change=pick_demo,
    )
st.header(pieces.name_of(piece), anchor=False)
st.caption(pieces.facts(piece))
for sentence in pieces.remarks(piece):
    st.caption(f":material/info: {pages.escape(sentence)}")

pieces.choose_beats(piece)
pieces.measure_slider("your-measure")
start = piece.measure_onsets[state.measure() - 1] if piece.n_measures else 0
show_result(
    piece,
    "your",
    made_from=None,
    height=330,
    segment=(start, start + SEGMENT_TICKS),
    usable=False,
    on_pick=state.choose_measure if pieces.has_choice(piece) else None,
    choose=pieces.choose_segment(piece),
    actions=lambda: heart(piece, "your"),
)
st.caption(texts.ROLL_HELP)

st.header(texts.SEGMENT_TITLE, anchor=False)
st.markdown(texts.SEGMENT_LEAD.format(name=pieces.segment_name(piece, state.measure())))
pieces.say_moved(texts.OF_SIXTEENTHS, state.segment_piece())
show_result(
    state.segment_piece(),
    "your-segment",
    made_from=None,
    first_measure=state.measure_number(),
    height=220,
    usable=False,
)
