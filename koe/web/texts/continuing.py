"""What the page Continue says, and what stands around continuations and their takes."""

from koe.web.texts.language import localize

CONTINUE_TITLE = "Continue"
CONTINUE_LEAD = (
    "This network has a memory. It hears what came before, says how likely each of the 88 keys is next, plays, and "
    "listens to itself."
)
START = "Begin with"
STARTS = {"chord": "A chord", "play": "Play something", "segment": "Your piece", "nothing": "Nothing"}
CHORD_LABEL = "Your chord"
CHORD_HELP = "Touch keys on the piano, or write note names such as C4 E4 G4."
CHORD_EMPTY = "Touch some keys first, or begin with nothing."
CHORDS = {
    "c-major": "C major",
    "a-minor": "A minor",
    "g-seventh": "G seventh",
    "d-minor": "D minor",
    "one-note": "One note",
}
LENGTH = "How long"
STEPS = "Length in sixteenths"
STEPS_HELP = "16 are one measure of 4/4."
STEPS_IN_WORDS = "{measures}, {length} min"
WAY = "How it decides"
WAYS = {"toss": "Toss a coin", "threshold": "Threshold"}
WAY_HELP = (
    "Toss a coin: each key sounds as often as the network thinks likely. "
    "Threshold: each key sounds that the network is sure enough of."
)
VARIATIONS = "Variations"
CONTINUE_GO = "Continue"
CONTINUE_STOP = "Stop"
CONTINUING = "Writing… {done} of {total} sixteenths"
VARIATION = "Variation {number}"
CONTINUE_EMPTY = (
    "The network wrote only silence this time. Another seed, a higher temperature or a lower threshold helps."
)
CONTINUE_COLORS = "In ink what it heard, in vermilion what it wrote."

SURPRISE = "Surprise me"
SURPRISE_HELP = "A chord, a temperature and a seed by chance; they stay in sight, so that you can go on from them."
MORE = "More"
TOP_P = "Leave out the unlikely"
TOP_P_HELP = (
    "At 1 everything may happen that the network thinks possible. At 0.95 what it thinks less likely than one in "
    "twenty does not happen, and what it is that sure of does (top-p)."
)
DENSITY = "More notes or fewer"
DENSITY_HELP = "Above 0 keys are struck more often, below 0 more rarely."
HOLDING = "Longer notes or shorter"
HOLDING_HELP = "Above 0 keys are held longer, below 0 they are let go sooner."
GUARD = "Watch over it"
GUARD_HELP = (
    "Where chance leads the network into silence, a stuck note or a burst of keys, those four measures are drawn again."
)
REDRAWN = "{measures} drawn again: {fault}."
REDRAWN_IN = "Variation {number}, {measures} drawn again: {fault}."
FAULTS = {
    "silence": "the coin had led into silence",
    "stuck": "a key had got stuck",
    "burst": "too many keys had come at once",
}
ANSWERING_HINT = (
    "Play any keys, without a metronome: as soon as you stop, the network answers with what you played in mind."
)
TAKEN_UP = "Your motif comes back in the first four measures of the answer: {share:.0%} of its notes."
NOT_TAKEN_UP = "The answer goes its own way: at most {share:.0%} of your motif's notes come back in its first measures."
VIEW = "Show and take home"
VIEWS = {"whole": "The whole piece", "part": "Only the new part"}
GO_ON = "Go on"
GO_ON_FROM = "From which measure on"
GO_ON_HELP = "What comes before this measure is kept; the network writes anew from there."
GO_ON_END = "Go on from the end"
GO_ON_BAR = "Write anew from measure {measure}"
TAKES = "Takes ({n})"
TAKES_HINT = "All that was written on this visit. What goes on from another take stands below it."
TAKE_NAMES = (
    "Heron", "Lantern", "Birch", "Harbour", "Ember", "Meadow",
    "Swallow", "Willow", "Pebble", "Thistle", "Lighthouse", "Orchard",
    "Kite", "Bridge", "Snowfall", "Candle", "Maple", "Clover",
    "Owl", "Stream", "Hill", "Cloud", "Fountain", "Wren",
)  # fmt: skip
TAKE = "{name}: {measures}"
TAKE_FROM = "from measure {bar}: {take}"

localize(__name__)
