"""What the pages say about links, projects and undoing; Markdown, ``{...}`` is filled in."""

from koe.web.texts.language import localize

LINK = "Link"
LINK_MAKING = "The piece is made once more, to be sure that the link brings it back…"
LINK_ANEW = (
    "Whoever opens it has the network make the piece again, with a checksum to compare. Its notes travel along in case "
    "that network is another one there."
)
LINK_ANEW_ALONE = (
    "Whoever opens it has the network make the piece again, with a checksum to compare. Its notes do not fit into "
    "{most:,} characters, so the same network must be there."
)
LINK_GIVEN = "The notes themselves are in it, so it works anywhere."
LINK_ONLY_HERE = (
    "This address works on this computer alone. For others, open Koe by the computer's name or number in the network "
    "and make the link again, or save the project file."
)
LINK_LENGTH = "{length:,} characters of {most:,} at most."
COPY = "Copy"
COPIED = "Copied"
ADDRESS = "Address of the piece"
QR_ALT = "QR code of the link"
QR_SHORT = "The code leaves the notes out, so that a camera can read it."
QR_NONE = "A code for this link would be too fine for a phone at arm's length; copy or share the link instead."
SHARE_LINK = "Share the link"
SHARE_MIDI = "Send the MIDI file"
QR_PNG = "QR code as PNG"
QR_SVG = "QR code as SVG"
PROJECT_FILE = "Project file, with everything that you have here"

PROJECT = "Project"
PROJECT_LEAD = (
    "Your piece, the latent vectors, all takes and seeds. This browser remembers them by itself; a file takes them "
    "elsewhere."
)
SAVE_PROJECT = "Save project"
OPEN_PROJECT = "Open project"
OPEN_PROJECT_HELP = "A file that was saved here before; its name ends in .koe.json."
START_OVER = "Start over"
START_OVER_HELP = "Clears the table for somebody else. Save the project before if you want to keep it."
START_OVER_SURE = "Everything here is deleted, your shelf too, and cannot be brought back."
START_OVER_YES = "Delete everything"
START_OVER_KEEP_SHELF = "Delete all but the shelf"
UNDO = "Undo"
UNDO_HELP = "Takes back what you did last, on whatever page (Ctrl+Z)."
REDO = "Redo"
REDO_HELP = "Does again what was taken back (Ctrl+Y)."
RESTORED = "Here is what you had before."
OPENED = "The project is open."
STARTED_OVER = "The table is clear."
UNREADABLE = "What this browser had kept could not be opened, so it was left alone. {reason}"
OTHER_WEIGHTS = (
    "{models}: the weights here are others than those that the project was made with. Its notes are as they were; "
    "made anew, they would be others."
)

SHARED_TITLE = "A piece for you"
SHARED_LEAD = "Somebody sent you this. Hear it, make it yours, or make one of your own."
SHARED_NOTHING = "This page opens links, but its address holds none. Make a piece, then choose Link under Download."
SHARED_WORKING = "The network makes the piece anew…"
SHARED_SAME = "Made anew here by {model}, and the same to the last byte."
SHARED_NOTES = "The notes travelled in the link."
SHARED_YOUR_OWN = "Make one of your own"
HOW = {
    "latents": "From {n} numbers by {model}; keys sound from {threshold:g} on.",
    "blended": "{weight:.0%} of the way from {first} to {second} in the latent space of {model}.",
    "path": "The way from {first} to {second} in the latent space of {model}, {n} segments.",
    "wished": "Composed by {model} as somebody wished: about {measures} measures, seed {seed}.",
    "composed": "Composed at one press by {model}, seed {seed}.",
    "continued": "{model} went on from {heard}: seed {seed}, variation {variation}, {n} sixteenths.",
    "answered": "{model} answered {heard}: seed {seed}, variation {variation}, {n} sixteenths.",
    "given": "Notes as they were played or read, not made anew.",
    "given_by": "The notes of a piece that was made with {model}.",
}
PLACE = "{title}, measure {measure}"
HEARD = {0: "silence", 1: "a chord", 2: "music of {n} sixteenths"}

# What Streamlit says by itself, as patterns; what stands behind them may take up their groups as $1, $2 ...
STREAMLITS = {
    r"Upload": "Upload",
    r"(\d+)MB per file": "$1MB per file",
    r"No results": "No results",
    r"Light": "Light",
    r"Dark": "Dark",
    r"About": "About",
    r"Made with (Streamlit .*)": "Made with $1",
    r"Main menu": "Main menu",
    r"App pages": "App pages",
    r"Navigate to home page": "Navigate to home page",
    r"Help for (.*)": "Help for $1",
    r"Clear value": "Clear value",
    r"Open": "Open",
    r"Record": "Record",
    r"file upload": "file upload",
}

localize(__name__)
