"""What the pages say about the shelf of pieces that a browser keeps."""

from koe.web.texts.language import localize

KEEP = "Keep"
KEEP_HELP = "Puts this on your shelf, which this browser remembers. You find it under “Your piece”."
KEPT = "On your shelf"
KEPT_HELP = "Takes this off your shelf."
SAID = {
    "kept": "It is on your shelf now, under “Your piece”.",
    "taken": "It is off your shelf.",
    "full": "Your shelf is full; remove a piece under “Your piece” to make room.",
    "closed": "This browser keeps nothing for this page, so there is no shelf; download the piece instead.",
}
UNREADABLE = "This piece on your shelf could not be opened. {reason}"
SHELF = {
    "shelf": "Your shelf",
    "open": "Open {name}",
    "rename": "Rename {name}",
    "remove": "Remove {name}",
    "name": "New name",
    "removed": "{name} is gone.",
    "back": "Put it back",
}
TOOK = "{name} is your piece now."

localize(__name__)
