"""Pieces and pianorolls: pure NumPy, the ground that everything else stands on."""
