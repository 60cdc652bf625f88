"""What the Compose page says, and what is said while a piece is written."""

from koe.web.texts.language import localize

COMPOSE_TITLE = "Compose"
COMPOSE_LEAD = "Say what you would like to hear. A network writes it, plays it while it writes, and comes to an end."
WRITING = "Writing… measure {done} of about {total}"
STOP = "Stop"
GO = "Compose"

MANNER = "In the manner of"
ANY_MANNER = "Anybody"
MOOD = "Mood"
MOODS = {"either": "Either", "bright": "Bright", "dark": "Dark"}
MOOD_HELP = "Bright pieces are in a major key, dark ones in a minor key."
PACE = "Pace"
PACES = {"any": "Any", "calm": "Calm", "medium": "Medium", "lively": "Lively"}
MINUTES = "Length in minutes"
SHAPE = "Shape"
SHAPES = {"free": "Free", "drawn": "Four parts"}
SHAPE_HELP = "Parts with one letter are alike; one with a dash comes back varied."
BLOCK_HELP = "Part {number} of 4. Click for another letter."
IN_ALL = "About {measures}, {form}."
FREE_FORM = "in a form of its own"
DRAWN_FORM = "in the form {form}"

MORE = "More"
KEY = "Key"
ANY_KEY = "By mood"
METRE = "Metre"
DENSITY = "How many notes"
REGISTER = "Where on the keyboard"
LEVELS = {"any": "Any", "low": "Few", "medium": "Some", "high": "Many"}
PLACES = {"any": "Anywhere", "low": "Low", "medium": "Middle", "high": "High"}
TEMPERATURE = "Daring"
TEMPERATURE_HELP = (
    "At 1 the network draws as it usually does; below, it stays with what is likely; above, it dares more."
)
TOP_P = "Only from the likeliest"
TOP_P_HELP = "Which share of the probability it draws from; 1 is all of it. Less leaves out what is far-fetched."
TONICS = {
    "C": "C",
    "D flat": "D♭",
    "D": "D",
    "E flat": "E♭",
    "E": "E",
    "F": "F",
    "F sharp": "F♯",
    "G": "G",
    "A flat": "A♭",
    "A": "A",
    "B flat": "B♭",
    "B": "B",
}
KEYS_OF = {"major": "{tonic} major", "minor": "{tonic} minor"}

localize(__name__)
