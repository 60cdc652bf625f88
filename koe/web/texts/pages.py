"""All longer texts of the pages, in one place, so that they can be read and translated together.

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
    "models": "Models",
    "about": "About",
    "shared_piece": "A piece for you",
}
LANGUAGE_HELP = "Zeigt alles auf Deutsch."

# -- shared ------------------------------------------------------------------

YOUR_PLACE = "You are number {place} in the queue. Koe is making music for others."
YOUR_TURN = "It is your turn."
BUSY = queue.SENTENCES
UNEXPECTED = "Something went wrong on our side; it has been noted. Try again, or go on with another piece."
STOPPED = "Stopped."
WAKING_UP = "The networks are waking up. This happens once and takes a few seconds…"
FALLING_AWAKE = "The networks are waking up in the background…"
AWAKE = "The networks are awake."
NOT_AWAKE = "The networks could not be loaded; pieces can still be seen and heard."

UNTITLED = "Untitled piece"
TOO_LONG_FOR_SOUND = "Sound is made of pieces up to {length} long; this one is longer."
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
UPLOAD = "Or bring your own"
UPLOAD_HELP = (
    "Piano music as a MIDI file or as a score (MusicXML, Humdrum, ABC, MEI), or a text file in Koe's text format."
)
NO_NOTES = "{name} holds no note that a piano can play; choose another file."

# -- home --------------------------------------------------------------------

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
COMPOSE_AGAIN = "Another one"
COMPOSING = "Composing…"
HOME_PIECE = "Piece no. {seed}"
HOME_PIECE_HELP = "Same number, same piece: note it down, and come back to it whenever you like."
HOME_NUMBER = "Play the piece with the number"
HOME_MORE = "Now make something of your own"
HOME_CARDS = (
    ("compose", ":material/piano:", "Compose", "A whole piece as you like it: mood, pace and shape."),
    (
        "your_piece",
        ":material/library_music:",
        "Your piece",
        "Pick a classic or bring a MIDI file, see it and hear it.",
    ),
    ("reconstruct", ":material/compare:", "Reconstruct", "Squeeze four measures into a few numbers. What comes back?"),
    ("latent_space", ":material/tune:", "Latent space", "Turn those numbers by hand and hear the music change."),
    ("interpolate", ":material/linear_scale:", "Interpolate", "Walk from one piece to another and stop in between."),
    ("continue", ":material/edit_note:", "Continue", "Touch a chord on the piano; the network goes on from there."),
    ("about", ":material/school:", "About", "How it works, in plain words, and how well."),
)

# -- your piece --------------------------------------------------------------

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

# -- reconstruct -------------------------------------------------------------

RECONSTRUCT_TITLE = "Reconstruct"
RECONSTRUCT_LEAD = (
    "Each network squeezes your segment, 5632 yes-or-no numbers, into a few, the paper's networks into just 16, and "
    "then tries to write the music again from those alone. What it gets right it has understood; what it gets wrong "
    "shows what it takes for music."
)
RECONSTRUCT_ORIGINAL = "The original"
MODEL_IN_WORDS = {
    "ae1": "A deep autoencoder: eight layers, 16 numbers in the middle.",
    "ae2": "The same, trained while parts of it were switched off at random (dropout).",
    "ae3": "Beat by beat, struck and held keys apart, 128 numbers in the middle.",
    "pca": "No network at all: principal components, the best that straight lines can do.",
}
NUMBERS_KEPT = "The {n} numbers it kept"
F1, PRECISION, RECALL, MSE = "F1", "Precision", "Recall", "MSE"
METRIC_HELP = {
    "f1": "Precision and recall in one number; 1 is perfect.",
    "precision": "Of what the network wrote, how much stands in the original.",
    "recall": "Of the original, how much the network found.",
    "mse": "Mean squared error of the probabilities, before the threshold; 0 is perfect.",
}
VIEW = "Show"
VIEWS = {"notes": "Notes", "probabilities": "How sure it was"}
NUMBER_HOVER = "number %{x}: %{y:.3f}"
SURE_LEGEND = "What it nearly played: the stronger the tint, the closer a key came to the threshold."

# -- latent space ------------------------------------------------------------

LATENT_TITLE = "Latent space"
LATENT_LEAD = (
    "Four measures of music, told in a few numbers. Nobody decided what each number means: the network found them "
    "itself. Move one and listen to what it does."
)
LATENT_FROM_SEGMENT = "From your segment"
LATENT_RANDOM_NEAR = "Random, like music"
LATENT_RANDOM_NEAR_HELP = "Drawn near the numbers of real music."
LATENT_RANDOM_UNIFORM = "Random, anything"
LATENT_RANDOM_UNIFORM_HELP = "Every number drawn evenly over its slider: often far from all music."
LATENT_MEAN = "Average"
LATENT_MEAN_HELP = "The average of all music that the network learned from. It is not average music."
LATENT_RESET = "All zero"
LATENT_PIECE = "From {n} numbers ({model})"

# -- interpolate -------------------------------------------------------------

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
BLEND_BY = "Blended by"
BLENDS = {"network": "Through the network", "retold": "Retold by {writer}", "fade": "Plain cross-fade"}
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
CURRENT_PIECE = "Your piece: {title}"
INTERPOLATE_BLEND = "How far along the way"
INTERPOLATE_BLEND_HELP = "0 is the network's idea of the first segment, 1 of the second."
INTERPOLATE_HEARD = "Here, {percent} % of the way"
INTERPOLATE_PATH = "The whole way as one piece"
INTERPOLATE_STEPS = "Stops on the way"
INTERPOLATE_STEPS_HELP = "Each stop is a segment of four measures; the first and the last are the two pieces."
INTERPOLATE_TITLE_BLEND = "{first} and {second}, {percent} percent"
INTERPOLATE_TITLE_FADE = "{first} and {second}, cross-faded, {percent} percent"
INTERPOLATE_TITLE_RETOLD = "{first} and {second}, retold, {percent} percent"
INTERPOLATE_TITLE_RETOLD_PATH = "From {first} to {second}, retold"
INTERPOLATE_TITLE_FADED_PATH = "From {first} to {second}, cross-faded"
INTERPOLATE_TITLE_PATH = "From {first} to {second}"

# -- continue ----------------------------------------------------------------

FILL_TITLE = "Fill"
FILL_LEAD = (
    "Take some measures out of a piece, or keep nothing but its tune, and let a network find what belongs there. "
    "It writes from what comes before and aims at what comes after. What you keep stays as it is, note for note."
)
FILL_TASK = "What to find"
FILL_TASKS = {"gap": "A gap", "harmony": "Harmony under a tune"}
FILL_MEASURES = "Measures to fill"
FILL_MELODY_MEASURES = "Measures of the tune"
FILL_WHERE = "Measures {first} to {last}; the slider above moves them."
FILL_HAND = "Hand"
FILL_HANDS = {"both": "Both", "left": "Left", "right": "Right"}
FILL_GO = "Find four ways"
FILLING = "Looking for what fits …"
FILLING_NUMBER = "Way {number}"
FILL_LEGEND = "Each way beside what stood there before. The same seed finds the same four."
FILL_USE = "Use this piece"

CONTINUE_TITLE = "Continue"
CONTINUE_LEAD = (
    "This network has a memory. It hears what came before, says how likely each of the 88 keys is next, plays, and "
    "listens to itself."
)
START = "Begin with"
STARTS = {"chord": "A chord", "play": "Play something", "segment": "Your segment", "nothing": "Nothing"}
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
STEPS = "Length in sixteenths"
STEPS_HELP = "16 are one measure of 4/4."
STEPS_IN_WORDS = "{measures}, {length} min"
WAY = "How it decides"
WAYS = {"toss": "Toss a coin", "threshold": "Threshold"}
WAY_HELP = (
    "Toss a coin: each key sounds as often as the network thinks likely. "
    "Threshold: each key sounds that the network is sure enough of."
)
TEMPERATURE = "Temperature"
TEMPERATURE_HELP = "Below 1 the network plays safe, above 1 it dares more; far above 1 it is noise."
VARIATIONS = "Variations"
CONTINUE_GO = "Continue"
CONTINUE_STOP = "Stop"
CONTINUING = "Writing… {done} of {total} sixteenths"
VARIATION = "Variation {number}"
CONTINUE_EMPTY = (
    "The network wrote only silence this time. Another seed, a higher temperature or a lower threshold helps."
)
CONTINUE_COLORS = "In ink what it heard, in vermilion what it wrote."

# -- about -------------------------------------------------------------------

ABOUT_TITLE = "About Koe"
ABOUT_LEAD = (
    "*Koe* is Japanese for voice. It makes classical piano music with neural networks, small enough for your own "
    "computer, and lets you look inside."
)
ABOUT_ROLL_TITLE = "Music as a picture"
ABOUT_ROLL = (
    "The networks see music as a **pianoroll**: one column for every sixteenth note, one row for each of the 88 keys, "
    "and in each cell a 1 if the key sounds and a 0 if it does not. Four measures of 4/4 are 64 columns: "
    "64 × 88 = 5632 numbers. How hard a key is struck, and small changes of tempo, are left out."
)
ABOUT_AUTOENCODER_TITLE = "A bottleneck that must understand"
ABOUT_AUTOENCODER = (
    "An **autoencoder** learns to copy. That would be easy if its middle were not so narrow: only a few numbers may "
    "pass. To write four measures again from those it has to find what music has in common: chords, registers, "
    "rhythms. Once trained, any such numbers give four measures, and the space between two pieces can be walked "
    "through. For a piece of yours the encoder says at one glance which numbers it has; some steps downhill then make "
    "them fit better still. "
    "**AE1** is the plain one; **AE2** learned with *dropout*, parts of it switched off at random, so that it relies "
    "on nothing too much; **PCA** is the old linear method that both have to beat."
)
ABOUT_BELOW = "The same four measures as {n} numbers, and what {model} writes from them:"
ABOUT_LSTM_TITLE = "A network with a memory"
ABOUT_LSTM = (
    "**LSTM1** reads the roll column by column. Its cells hold a memory that they may keep, change or forget at each "
    "step. After each column it says for all 88 keys how likely they sound next. A coin is tossed for each key with "
    "that chance, or all keys above a threshold are played; then it listens to its own answer. The **temperature** "
    "makes the coin fairer or more loaded. Nobody told it about scales, chords or hands."
)
ABOUT_LSTM2 = (
    "**LSTM2** gives every key a memory of its own, and all keys the same habits, so that what it learned in C it "
    "knows in F sharp. It knows where in the measure it is, tells a key that is struck again from one that is held, "
    "and finds the keys of a chord one after another, each knowing those below it. So it can also fill a gap that you "
    "leave."
)
ABOUT_AE3 = (
    "**AE3** takes four measures beat by beat, keeps struck and held keys apart, and has 128 numbers to tell them by: "
    "sixteen for the whole, which can do alone, and seven for each beat. It hears every piece in one key; the first "
    "number says by how many semitones it was moved."
)
ABOUT_LIMITS_TITLE = "What it cannot do"
ABOUT_LIMITS = (
    "It has no plan beyond what it remembers, so pieces wander. Everything is equally loud. Sometimes it gets "
    "stuck on a note, falls silent or bursts into noise; the seed, the temperature and the threshold help. And "
    "a network that learned from a small library may repeat bits of it: take what it writes as an invitation to play, "
    "not as proof of invention."
)
ABOUT_MODELS_TITLE = "How they learned, and how well they do"
ABOUT_MODELS = (
    "Each network can be heard at every stage of its training, from its first silence or noise on. Beside it stands "
    "what its figures are worth: those of silence, of the average roll, of repeating the last step, and the paper's."
)
ABOUT_MODELS_LINK = "The models"
ABOUT_PAPER_TITLE = "Where it comes from"
ABOUT_PAPER = (
    "Koe follows the paper *Classical Music Generation with Neural Networks*: the same grid, the same three networks "
    "with the same number of adjustable parameters, the same two ways to turn likelihood into notes, and the same "
    "text format. "
    "What it adds: weights trained anew on openly licensed scores, measured against baselines on pieces kept apart; "
    "a continuation whose time per step does not grow with the piece; and this app in place of a desktop program."
)
ABOUT_LICENCE_TITLE = "Licences"
ABOUT_LICENCES = (
    "Koe's code is free software under the MIT licence. The demo pieces are in the public domain; their encoding is "
    "CC0. "
    "Recordings, where they can be heard, are heard by the network of basic-pitch (Spotify, Apache 2.0). "
    "What you make here is yours, as far as anybody can own what a network wrote."
)
ABOUT_SOUND_TITLE = "The sound"
ABOUT_SOUND = "Played by **{engine}** with the soundfont **{soundfont}**."
ABOUT_SOUND_GRAND = (
    "Played by **{engine}** on a concert grand: the *Salamander Grand Piano*, a Yamaha C5 recorded by Alexander Holm, "
    "under [CC BY 3.0](https://creativecommons.org/licenses/by/3.0/). Of its sixteen layers of loudness there are five "
    "here, cut, levelled and encoded anew."
)
ABOUT_SOUND_ALONE = "Played by **{engine}**, which needs no soundfont."

_spoken = localize(__name__)
