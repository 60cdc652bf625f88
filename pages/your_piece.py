"""Your piece: choose it, look at it, hear it, and choose a segment of it."""

from bisect import bisect_right

import streamlit as st

from koe.music.grid import SEGMENT_STEPS
from koe.plots.pianoroll import MOST_NOTES, pianoroll_figure
from koe.web import backend, pieces, state, texts
from koe.web.frame import heading, palette
from koe.web.playhead import result_key
from koe.web.result import show_player, show_result

ZOOM = {
    "displaylogo": False,
    "displayModeBar": True,
    "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
    "scrollZoom": False,
}
MEASURES_AT_FIRST = 16
MEASURES_OF_LONG_PIECES = 64

heading(texts.YOUR_PIECE_TITLE, texts.YOUR_PIECE_LEAD)


def pick_demo() -> None:
    """Take the piece that was just picked."""
    if entry := st.session_state["demo"]:
        state.use_piece(backend.demo_piece(entry.slug))


left, right = st.columns(2, gap="large")
with left:
    st.selectbox(
        texts.PICK_DEMO,
        backend.demo_pieces(),
        index=None,
        format_func=lambda entry: entry.label,
        placeholder=texts.PICK_DEMO_PLACEHOLDER,
        key="demo",
        on_change=pick_demo,
    )
with right:
    uploaded = pieces.upload("your-upload")
if uploaded is not None:
    state.use_piece(uploaded)

piece = state.current_piece()
st.subheader(pieces.name_of(piece), anchor=False)
st.caption(pieces.facts(piece))
for sentence in pieces.remarks(piece):
    st.caption(f":material/info: {texts.escape(sentence)}")


def point_at_note() -> None:
    """Let the segment start at the measure of the note that was touched."""
    points = st.session_state["your-roll"].selection.points
    if points:
        onset = points[0]["customdata"] + offset
        state.choose_measure(max(1, bisect_right(piece.measure_onsets, onset)))


pieces.measure_slider("your-measure")
start = piece.measure_onsets[state.measure() - 1] if piece.n_measures else 0
segment = (start, start + SEGMENT_STEPS)

# A browser draws some thousand notes with ease; of longer pieces it gets a part.
first = 1
part, offset = piece, 0
if len(piece.notes) > MOST_NOTES:
    first = max(1, min(state.measure() - 8, piece.n_measures - MEASURES_OF_LONG_PIECES + 1))
    last = min(first + MEASURES_OF_LONG_PIECES - 1, piece.n_measures)
    begin = piece.measure_onsets[first - 1]
    end = piece.measure_onsets[last] if last < piece.n_measures else piece.n_steps
    part, offset = piece.slice(begin, end), begin
    segment = (segment[0] - begin, segment[1] - begin)
    st.caption(texts.ROLL_PART.format(first=first, last=last))

view = None
if part.n_measures > MEASURES_AT_FIRST + 4:
    # Begin where the segment is seen, whole measures to its left and right.
    shown = min(max(state.measure() - first - 4, 0), part.n_measures - MEASURES_AT_FIRST)
    after = shown + MEASURES_AT_FIRST
    view = (part.measure_onsets[shown], part.measure_onsets[after] if after < part.n_measures else part.n_steps)

with st.container(key=result_key("your", piece), gap="small"):
    figure = pianoroll_figure(
        part, palette=palette(), made_from=None, segment=segment, view=view, first_measure=first, height=330
    )
    figure.update_layout(dragmode="pan", clickmode="event+select")
    st.plotly_chart(
        figure,
        key="your-roll",
        config=ZOOM,
        on_select=point_at_note,
        selection_mode="points",
        alt=texts.ROLL_ALT.format(title=piece.title),
    )
    show_player(piece, "your")
st.caption(texts.ROLL_HELP)

st.subheader(texts.SEGMENT_TITLE, anchor=False)
st.markdown(texts.SEGMENT_LEAD.format(name=pieces.segment_name(piece, state.measure())))
show_result(
    state.segment_piece(), "your-segment", made_from=None, first_measure=state.measure(), height=220, usable=False
)
