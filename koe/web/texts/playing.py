"""What pages say about playing what is written."""

from koe.web.texts.language import localize

PLAYING = "How it is played"
WAYS = {"written": "As written", "played": "Played"}
OWN_WAYS = {"written": "In its own way", "played": "By the pianist"}
MORE = "More"
AMOUNT = "How much"
AMOUNT_HELP = (
    "1 is how the pianist learned to play; less keeps closer to the written notes, more makes soft softer, loud "
    "louder and hesitations longer."
)
READING = "Reading"
READING_HELP = "No two readings of a piece are alike. The same number gives the same one again."
TEACHER = "The pianist is a network. Its teacher shaped performances by hand, note by note, in a sequencer."
MIDI = {"played": "MIDI, as it is played", "written": "MIDI, as it is written"}
MARKS = "With dynamics, ritardandi and pedal"
MARKS_HELP = "Writes into the score how the pianist plays: how loud, where slower, and when the pedal goes down."

localize(__name__)
