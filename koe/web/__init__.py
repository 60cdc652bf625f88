"""What the pages share: frame, state, caches and widgets. The only part of koe that imports Streamlit."""
