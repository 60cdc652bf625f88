"""What the panel of latent sliders says."""

from koe.web.texts.language import localize

# Name, what is at the left end, what at the right, by the descriptor that names an axis.
AXES = {
    "note_density": ("Notes", "fewer", "more"),
    "polyphony": ("Fullness", "thin", "full chords"),
    "note_length": ("Note length", "short", "long"),
    "mean_pitch": ("Register", "low", "high"),
    "pitch_range": ("Width", "close together", "far apart"),
    "pitch_class_entropy": ("Variety of tones", "few", "many"),
    "scale_consistency": ("Scale", "strays from it", "keeps to it"),
    "repetition": ("Repetition", "ever new", "repeats"),
    "silence": ("Rests", "none", "many"),
}
# What the descriptors are called where figures about them are explained.
DESCRIPTORS = {
    "note_density": "note density",
    "polyphony": "polyphony",
    "note_length": "note length",
    "mean_pitch": "mean pitch",
    "pitch_range": "pitch range",
    "pitch_class_entropy": "pitch class entropy",
    "scale_consistency": "scale consistency",
    "repetition": "repetition",
    "silence": "silence",
}
AGAIN = "{name} {n}"
UNNAMED = "Axis {n}"
LINK = "{correlation:+.2f}"
LINK_HELP = (
    "Rank correlation of this axis with “{descriptor}” in {split} music that the network has not learned from; "
    "1 would be perfect."
)
FULL = "{name}: {less} to {more}"

LABELS = {
    "panel": "Sliders of the latent space",
    "named": "By what changes",
    "raw": "All numbers",
    "hear": "Hear while moving",
    "undo": "Undo (Ctrl+Z)",
    "redo": "Redo (Ctrl+Shift+Z)",
    "more": "{n} more sliders",
    "fewer": "Fewer sliders",
    "number": "{n}",
    "before": "before",
    "now": "now",
    "map": "Real music on a map: touch a point to hear what lies there",
    "map_help": (
        "Map of pieces in latent space. The ring is where you are. Click to go somewhere; "
        "the arrow keys move you, with Shift in larger steps."
    ),
    "place": "{composer}, {title}, measure {measure}",
    "others": "others",
}
# What the words are called by which a point is moved, and what less and more of each is.
CHANGE = "Change"
VARIATION = "The same piece, otherwise: how far"
VARIATION_HELP = "Near 0 hardly anything changes; at 1 it is another piece."
VARY = "A variation"
ATTRIBUTES_LEAD = "Or change what has a name, and leave the rest as far as that is possible:"
ATTRIBUTES = {
    "density": ("Notes", "fewer", "more"),
    "register": ("Register", "lower", "higher"),
    "polyphony": ("Fullness", "thinner", "fuller"),
    "syncopation": ("Rhythm", "on the beat", "syncopated"),
    "mode": ("Mode", "minor", "major"),
    "dissonance": ("Dissonance", "smoother", "rougher"),
}
STEER = "Change it so"
MORE_LIKE = "More like this"
LESS_LIKE = "Less like that"
LIKEN_AMOUNT = "How much"
LIKEN = "Make it so"
OTHERS = "These sixteen come first; the {n} others stay as they were found."
# Names in a corpus that are nobody's.
NOBODY = ("Anonymous", "Traditional")

localize(__name__)
