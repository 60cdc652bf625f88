"""For teachers: for whom the tour is, what it needs, and how long each step takes."""

from functools import partial

import streamlit as st

from koe.web.frame import heading
from koe.web.learn.sheet import worksheet
from koe.web.learn.tour import STEPS
from koe.web.serving import cached_studio
from koe.web.session.links import home_address, is_only_here
from koe.web.texts import tour as texts
from koe.web.texts.language import PARAMETER, language

heading(texts.TEACHERS_TITLE, texts.TEACHERS_LEAD)
st.markdown(texts.TEACHERS_BEFORE)
rows = [
    f"| {number} | {texts.TOUR_STEPS[name][0]} | {step.minutes} |"
    for number, (name, step) in enumerate(STEPS.items(), 1)
]
st.markdown(texts.TEACHERS_PLAN + "\n".join(rows))
address = f"{home_address()}/tour?{PARAMETER}={language()}"
sheet = worksheet("" if is_only_here(address) else address)
with st.container(horizontal=True, vertical_alignment="center"):
    st.page_link("pages/tour.py", label=texts.TEACHERS_TOUR, icon=":material/tour:")
    st.download_button(
        texts.SHEET,
        partial(cached_studio.studio().worksheet_pdf, sheet),
        texts.SHEET_FILE,
        "application/pdf",
        key="teachers-paper",
        icon=":material/print:",
        on_click="ignore",
    )
st.markdown(texts.TEACHERS_AFTER)
