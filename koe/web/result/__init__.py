"""How a piece is shown: its roll, score and sound, ways to take it home, and whether it is new."""
