"""A tour through the lessons: what to try, what to expect, and why it is as it is, told once something is expected."""

import streamlit as st

from koe.web.frame import heading
from koe.web.learn.tour import STEPS
from koe.web.texts import pages
from koe.web.texts import tour as texts

heading(texts.TOUR_TITLE, texts.TOUR_LEAD)
st.markdown(texts.TOUR_MORE)
for number, (name, step) in enumerate(STEPS.items(), 1):
    title, what, choices, why = texts.TOUR_STEPS[name]
    with st.container(border=True, key=f"tour-{name}"):
        st.header(texts.TOUR_STEP.format(number=number, title=title), anchor=False)
        st.caption(texts.TOUR_MINUTES.format(minutes=step.minutes))
        st.markdown(what)
        # By its place, so that a change of language changes nothing.
        expected = st.radio(
            texts.TOUR_EXPECT,
            range(len(choices)),
            index=None,
            format_func=choices.__getitem__,
            key=f"tour-expected-{name}",
            persist_state="session",
        )
        st.page_link(
            f"pages/{step.page}.py",
            label=texts.TOUR_OPEN.format(page=pages.PAGES[step.page]),
            icon=":material/arrow_forward:",
            query_params=dict(step.state),
        )
        if expected is not None:
            met = (
                "" if step.right is None else texts.TOUR_AS_EXPECTED if expected == step.right else texts.TOUR_OTHERWISE
            )
            st.markdown(f"**{met}** {why}" if met else why)
