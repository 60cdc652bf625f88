"""What the page Interpolate says."""

from koe.web.texts.language import localize

INTERPOLATE_TITLE = "Interpolate"
INTERPOLATE_LEAD = (
    "Two pieces are two points in the network's space of numbers. Between them lies music that is a little of both."
)
INTERPOLATE_BETWEEN = "Between"
BETWEEN = {"two": "Two pieces", "four": "Four pieces"}
INTERPOLATE_MORE = "More"
ONE_KEY = "In one key"
ONE_KEY_HELP = "Moves the other pieces by up to six semitones, so that all have the key signature of the first."
PATH_WAY = "Way between them"
PATH_WAYS = {"line": "Straight", "circle": "Great circle"}
PATH_WAY_HELP = (
    "The straight line passes nearer to the middle of the space, where music is more average; the great circle keeps "
    "the distance from it."
)
RESPECT = "Taken from the second piece"
RESPECTS = {"all": "Everything", "harmony": "Harmony only", "rhythm": "Rhythm only"}
RESPECT_HELP = (
    "Harmony: which tones sound in each measure, and for how long. Rhythm: how many keys are struck at each sixteenth. "
    "What stays is the first piece's. The network's decoder is searched for a point that has both, and the way leads "
    "there."
)
CROSSING = "Looking for a point with this rhythm and this harmony"
BLEND_BY = "Blended by"
BLENDS = {"retold": "Retold by {writer}", "network": "Through the network", "fade": "Plain cross-fade"}
RETOLD_CAPTION = (
    "{writer} writes it step by step, as it would go on from a piece, and listens at each key to what {model} has in "
    "mind. So chords and rhythms hold together; another seed, other music."
)
FADE_CAPTION = (
    "No network: notes of both pieces, drawn by chance, the more of each the nearer it is. This is what the network's "
    "way is to be compared with."
)
DISTANCES = "How far from each end?"
DISTANCES_WORDS = {"from": "from {name}", "fade": "cross-fade, from {name}", "hover": "%{x:.0%} of the way: %{y:.2f}"}
DISTANCES_CAPTION = (
    "0: all notes in common, 1: none. The cross-fade (dotted) only ever has the notes of its ends; the network leaves "
    "them both and writes others. What it makes of an end differs from it already at the start."
)
CORNERS = ("Top left", "Top right", "Bottom left", "Bottom right")
SQUARE_LABEL = "Point between the four pieces"
SQUARE_HINT = "Drag the puck, or tap a place: the nearer a corner, the more of its piece."
SQUARE_TITLE = "Between four pieces"
INTERPOLATE_FIRST = "From"
INTERPOLATE_SECOND = "To"
INTERPOLATE_BLEND = "How far along the way"
INTERPOLATE_BLEND_HELP = "0 is the network's idea of the first segment, 1 of the second."
INTERPOLATE_HEARD = "Here, {percent} % of the way"
INTERPOLATE_PATH = "The whole way as one piece"
INTERPOLATE_STEPS = "Stops on the way"
INTERPOLATE_STEPS_HELP = "Each stop is a segment of 64 sixteenths; the first and the last are the two pieces."
INTERPOLATE_TITLE_BLEND = "{first} and {second}, {percent} percent"
INTERPOLATE_TITLE_FADE = "{first} and {second}, cross-faded, {percent} percent"
INTERPOLATE_TITLE_RETOLD = "{first} and {second}, retold, {percent} percent"
INTERPOLATE_TITLE_RETOLD_PATH = "From {first} to {second}, retold"
INTERPOLATE_TITLE_FADED_PATH = "From {first} to {second}, cross-faded"
INTERPOLATE_TITLE_PATH = "From {first} to {second}"

localize(__name__)
