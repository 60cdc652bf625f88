"""What a browser gets before Streamlit's page runs: a first picture, and files that are packed."""
