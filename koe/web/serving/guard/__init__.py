"""What stands between visitors and Streamlit: whoever sends what no page sends, or too much, hurts nobody else."""
