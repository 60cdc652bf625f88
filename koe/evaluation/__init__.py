"""Measuring models on a corpus's held-out split, beside honest baselines."""
