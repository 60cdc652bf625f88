"""What several pages say; each page's own texts are in the module of its name beside this one.

Markdown throughout; ``{...}`` is filled in by the pages. The German texts have
the same names in `koe.web.texts.german.pages`, see `koe.web.texts.language`.
"""

import re

from koe.web.serving import queue
from koe.web.texts.language import grouped, localize


def count(number: int, noun: str) -> str:
    """A number with its noun, one of `NOUNS`: ``"1 note"``, ``"1,024 notes"``, in German ``"1 Note"``."""
    one, several = _spoken.NOUNS[noun]
    return f"{grouped(number)} {one if number == 1 else several}"


def clock(seconds: float) -> str:
    """Minutes and whole seconds, as the player counts them: ``"3:07"``."""
    minutes, rest = divmod(int(seconds + 0.001), 60)
    return f"{minutes}:{rest:02d}"


def duration(seconds: float) -> str:
    """The same in words, such as ``"3 minutes 7 seconds"``."""
    minutes, rest = divmod(round(seconds), 60)
    parts = [count(minutes, "minute")] * (minutes > 0) + [count(rest, "second")] * (rest > 0 or not minutes)
    return " ".join(parts)


def escape(text: str) -> str:
    """Text from outside, such as a file's title, with Markdown's signs taken at their word.

    Addresses and names of icons are broken by a word joiner, which is not
    seen: Streamlit makes links of them even after their signs are escaped.
    What follows the first full stop of ``www.`` may be anything for that.
    """
    text = re.sub(r"(?<=[.:/@])(?=\w)|(?<=www)(?=\.)", "\u2060", text, flags=re.IGNORECASE)
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|$:~&])", r"\\\1", text)


# One and several; `count` takes the first as their name.
NOUNS = {
    "note": ("note", "notes"),
    "drum note": ("drum note", "drum notes"),
    "note outside the piano's keys": ("note outside the piano's keys", "notes outside the piano's keys"),
    "note beyond the longest length": ("note beyond the longest length", "notes beyond the longest length"),
    "key": ("key", "keys"),
    "measure": ("measure", "measures"),
    "sixteenth": ("sixteenth", "sixteenths"),
    "semitone": ("semitone", "semitones"),
    "epoch": ("epoch", "epochs"),
    "number": ("number", "numbers"),
    "second": ("second", "seconds"),
    "minute": ("minute", "minutes"),
    "hour": ("hour", "hours"),
}

TAGLINE = "Koe: classical piano music with neural networks."
PAGES = {
    "home": "Home",
    "compose": "Compose",
    "your_piece": "Your piece",
    "reconstruct": "Reconstruct",
    "latent_space": "Latent space",
    "interpolate": "Interpolate",
    "continue": "Continue",
    "fill": "Fill",
    "tour": "A tour",
    "neuron": "One neuron",
    "downhill": "Downhill",
    "squeezing": "Squeezing music",
    "memory": "Memory",
    "quiz": "Person or network?",
    "teachers": "For teachers",
    "gallery": "Gallery",
    "models": "Models",
    "about": "About",
    "shared_piece": "A piece for you",
}
SECTIONS = {"write": "Write", "blend": "Blend", "learn": "Learn", "more": "More"}  # of the menu
LANGUAGE_HELP = "Zeigt alles auf Deutsch."

# -- shared ------------------------------------------------------------------

YOUR_PLACE = "You are number {place} in the queue. Koe is making music for others."
YOUR_TURN = "It is your turn."
BUSY = queue.SENTENCES
FULL = "So many are making music here that there is no place left. This page tries again by itself."
UNEXPECTED = "Something went wrong on our side; it has been noted. Try again, or go on with another piece."
STOPPED = "Stopped."
NO_SCRIPTS = "Koe needs JavaScript; please switch it on and load the page again."
WAKING_UP = "The networks are waking up. This happens once and takes a few seconds…"
FALLING_AWAKE = "The networks are waking up in the background…"
AWAKE = "The networks are awake."
NOT_AWAKE = "The networks could not be loaded; pieces can still be seen and heard."

UNTITLED = "Untitled piece"
TOO_LONG_FOR_SOUND = "Sound is made of pieces up to {length} long; this one is longer."
TOO_LONG_FOR_WAV = "WAV files are made of pieces up to {length} long; MP3 and OGG of longer ones, too."
TEXT_MOVES = "{moved} of {total} lie between sixteenths; in the text they stand at the nearest one."
TEXT_MOVES_ONE = "1 of {total} lies between sixteenths; in the text it stands at the nearest one."
PDF_LACKS = "No font here has {letters}: in the PDF, boxes or plainer letters stand in the title instead."
SILENT = "Silence: at this setting no key sounds."
ROLL_ALT = "Pianoroll of {title}"
PLAYER = {
    "play": "Play",
    "pause": "Pause",
    "loop": "Again and again",
    "speed": "Speed",
    "mute": "Mute",
    "volume": "Volume",
    "nearer": "Larger",
    "farther": "Smaller",
    "position": "Position in the music",
    "place": "measure {measure}, beat {beat}",
    "manual": "Space plays and pauses. The arrow keys move by a beat, with Shift by a measure. "
    "Home and End go to either end, L lets it begin again and again.",
    "waiting": "The sound is being made…",
    "lost": "The sound could not be loaded. Reload the page.",
}
PICK_SEGMENT = "Start the segment here"
CHOOSE = {"hold": "Move what is chosen", "from": "Where it begins", "to": "Where it ends"}
CHOOSE_HELP = "Drag what is marked, or its ends; or touch a place."
KINDS_OF_NOTES = {
    "w": "by a person",
    "m": "by a network",
    "b": "in both",
    "o": "only in the original",
    "n": "only in the network’s",
}
ROLL_IN_WORDS = "{title}: {parts}; {measures}, beginning in {metre}; from {low} to {high}; {length}."
ROLL_IN_WORDS_EMPTY = "{title}: {measures} without a note."
FORM = "Form: {form}"
SECTION_MEASURES = "measures {first} to {last}"
SECTION_MEASURE = "measure {first}"
SECTION_NEW = "{letter}, {measures}"
SECTION_AGAIN = "{letter} again, {measures}"
SECTION_VARIED = "{letter} again, varied, {measures}"
SECTION_HIGHER = "{letter} again, {semitones} higher, {measures}"
SECTION_LOWER = "{letter} again, {semitones} lower, {measures}"
TAKE_HOME = "Download"
USE = "Use as my piece"
USE_HELP = "Makes this your piece on every page: reconstruct it, blend it, continue it."
USED = "This is your piece now."
FORMATS = {
    "mid": "MIDI, for notation programs and keyboards",
    "mp3": "MP3, small, plays everywhere",
    "ogg": "OGG, small and free",
    "wav": "WAV, the full sound",
    "txt": "Text, as the networks read it",
    "musicxml": "MusicXML, the score for notation programs",
    "pdf": "Score as PDF, for printing",
    "svg": "Score as SVG, for drawing programs",
    "roll_svg": "Pianoroll as SVG",
    "roll_png": "Pianoroll as PNG, a picture",
    "zip": "Everything in one ZIP, with a note on how it was made",
}
ZIPPING = "Making everything…"
ZIPPING_FILE = "File {number} of {total}: {part}"
ZIPPED = "Save the ZIP, {size:.1f} MB"
SCORE_VIEW = "Score"
SCORE_VIEW_HELP = "Shows the piece as a score: two staves, with key, note values and ties found from the notes."
SCORE_ALT = "Score of {title}, page {page}: {key}, {metre}, {measures}"
SCORE_CUT = "The score is long, so this is its beginning. The PDF under Download has all of it."
SEED = "Seed"
SEED_HELP = "The number that all chance is drawn from. The same seed and settings give the same music again."
NEW_SEED = "New seed"
MODEL = "Network"
MORE = "More"
AS_IN_THE_PAPER = "As in the paper"
AS_IN_THE_PAPER_HELP = "The networks of the paper that Koe began with, and the baseline that they are compared with."
DARING = "How it plays"
DARINGS = {"calm": "Calm", "usual": "As usual", "wild": "Wild"}
ANOTHER = "Another like it"
ANOTHER_PIECE = "Another one"
GO_ON = "Let it go on"
SADDER = "A sadder one"
SADDER_HELP = "Another piece, in a minor key and calm; asked for again, lower and with fewer notes."
SHARE = "Share"
WHAT_NEXT = "What next?"
THRESHOLD = "Threshold"
THRESHOLD_HELP = (
    "The network says for every key how sure it is, from 0 to 1. Keys at or above the threshold sound: "
    "lower it for more notes, raise it for fewer."
)

TEMPO = "♩ = {qpm}"
TEMPO_AVERAGE = "♩ = {qpm} on average"
LENGTH = "{length} min"
LEFT_OUT = "Left out: {what}."
MEASURES = "measures {first} to {last}"
MEASURE = "measure {first}"
MOVED_NOTE = "1 of {total} lies between sixteenths; {listener} hears it moved."
MOVED_NOTES = "{moved} of {total} lie between sixteenths; {listener} hears them moved."
EVERY_NETWORK = "every network here"
BEATS_LEAD = "The beat was guessed. Is it wrong?"
BEATS = {
    "halve": ("Half as many beats", ":material/remove:"),
    "double": ("Twice as many", ":material/add:"),
    "earlier": ("Earlier", ":material/chevron_left:"),
    "later": ("Later", ":material/chevron_right:"),
}
CHANGE_PIECE = "Choose another piece"
SEGMENT_SLIDER = "The segment starts at measure"
SEGMENT_HELP = "A segment is 64 sixteenths: four measures of 4/4. It is what the networks take in at one glance."
AFTER = "The network goes on after measure"
AFTER_HELP = "What comes before stays as it is. At the right end all of your piece is kept."
UPLOAD = "Or bring your own"
UPLOAD_HELP = (
    "Piano music as a MIDI file or as a score (MusicXML, Humdrum, ABC, MEI), or a text file in Koe's text format."
)
NO_NOTES = "{name} holds no note that a piano can play; choose another file."
CURRENT_PIECE = "Your piece: {title}"
TEMPERATURE = "Temperature"
TEMPERATURE_HELP = "Below 1 the network plays safe, above 1 it dares more; far above 1 it is noise."

_spoken = localize(__name__)
