"""Corpora: building them from folders of MIDI files, and cutting training data from them."""
