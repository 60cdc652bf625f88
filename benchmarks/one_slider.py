"""A page of one slider and nothing else: what a rerun costs in Streamlit itself. Run by `benchmarks.reruns`."""

import streamlit as st

st.slider("One slider", 0.0, 1.0, 0.5, 0.01, key="one")
