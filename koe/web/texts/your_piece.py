"""What the page Your piece says."""

from koe.web.texts.language import localize

YOUR_PIECE_TITLE = "Your piece"
YOUR_PIECE_LEAD = "Choose the music to play with. It goes with you to all other pages."
PICK_DEMO = "Pick a classic"
PICK_DEMO_PLACEHOLDER = "Bach, Mozart, Chopin, Satie…"
ROLL_HELP = (
    "Each bar is a note: the higher it lies the higher it sounds, the longer it is the longer it sounds. "
    "Touch or click anywhere to go there."
)
SEGMENT_TITLE = "Your segment"
SEGMENT_LEAD = "What the networks will work with, 64 sixteenths at a glance: {name}."
OF_SIXTEENTHS = "a network that knows only sixteenths"

localize(__name__)
