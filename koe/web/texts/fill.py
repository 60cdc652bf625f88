"""What the page Fill says."""

from koe.web.texts.language import localize

FILL_TITLE = "Fill"
FILL_LEAD = (
    "Take some measures out of a piece, or keep nothing but its tune, and let a network find what belongs there. "
    "It writes from what comes before and aims at what comes after. What you keep stays as it is, note for note."
)
FILL_TASK = "What to find"
FILL_TASKS = {"gap": "A gap", "harmony": "Harmony under a tune"}
FILL_MEASURES = "Measures to fill"
FILL_MELODY_MEASURES = "Measures of the tune"
FILL_HAND = "Hand"
FILL_HANDS = {"both": "Both", "left": "Left", "right": "Right"}
FILL_GO = "Find four ways"
FOUR_OTHERS = "Find four others"
FILLING = "Looking for what fits …"
FILLING_NUMBER = "Way {number}"
FILL_LEGEND = "Each way beside what stood there before."
FILL_VIEW = "Show and take home"
FILL_VIEWS = {"whole": "The whole piece", "part": "Only the new part"}

localize(__name__)
