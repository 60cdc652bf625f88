"""For teachers: for whom the tour is, what it needs, and how long each step takes."""

import streamlit as st

from koe.web.frame import heading
from koe.web.learn.tour import STEPS
from koe.web.texts import tour as texts

heading(texts.TEACHERS_TITLE, texts.TEACHERS_LEAD)
st.markdown(texts.TEACHERS_BEFORE)
rows = [
    f"| {number} | {texts.TOUR_STEPS[name][0]} | {step.minutes} |"
    for number, (name, step) in enumerate(STEPS.items(), 1)
]
st.markdown(texts.TEACHERS_PLAN + "\n".join(rows))
st.page_link("pages/tour.py", label=texts.TEACHERS_TOUR, icon=":material/tour:")
st.markdown(texts.TEACHERS_AFTER)
