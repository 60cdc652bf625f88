"""What a network that composes writes when it is asked: whole pieces, led ones, filled gaps, accompaniments."""
