"""What Home says."""

from koe.web.texts.language import localize

HOME_TITLE = "Press the button. A network writes you a piano piece."
HOME_LEAD = (
    "Nobody has heard it before. The network has listened to centuries of piano music and now goes on by itself, "
    "one sixteenth note at a time."
)
HOME_LEAD_WHOLE = (
    "Nobody has heard it before. The network has listened to centuries of piano music and now writes a whole piece, "
    "note by note, with parts that return and an end."
)
COMPOSE = "Compose a new piece"
COMPOSE_SOON = "In a moment…"  # where the page is still on its way
COMPOSE_AGAIN = "Another one"
COMPOSING = "Composing…"
HOME_PIECE = "Piece no. {seed}"
HOME_PIECE_HELP = "Same number, same piece: note it down, and come back to it whenever you like."
HOME_NUMBER = "Play the piece with the number"
HOME_ANSWER = "Play something, and be answered"
HOME_ANSWER_HINT = "Tap some keys, as fast or slow as you like. When you stop, the network answers."
HOME_MORE = "Now make something of your own"
HOME_CARDS = (
    ("compose", ":material/piano:", "Compose", "A whole piece as you like it: mood, pace and shape."),
    (
        "your_piece",
        ":material/library_music:",
        "Your piece",
        "Pick a classic or bring a MIDI file, see it and hear it.",
    ),
    ("reconstruct", ":material/compare:", "Reconstruct", "Squeeze some music into a few numbers. What comes back?"),
    ("latent_space", ":material/tune:", "Latent space", "Turn those numbers by hand and hear the music change."),
    ("interpolate", ":material/linear_scale:", "Interpolate", "Walk from one piece to another and stop in between."),
    ("continue", ":material/edit_note:", "Continue", "Touch a chord on the piano; the network goes on from there."),
    ("about", ":material/school:", "About", "How it works, in plain words, and how well."),
)

localize(__name__)
