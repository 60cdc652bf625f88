"""The Models page: cards, figures, how a model learned, and what it makes of a segment."""
