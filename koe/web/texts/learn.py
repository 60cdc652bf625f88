"""What all lessons say."""

from koe.web.texts.language import localize

LESSON = {
    "presets": "Three to begin with",
    "preset-works": "It works",
    "preset-fails": "It fails",
    "preset-why": "Why?",
    "tools": "Go on",
    "play": "Run",
    "pause": "Pause",
    "step": "One step",
    "restart": "From the beginning",
    "hear": "Hear it",
}
MATHEMATICS = "The mathematics"

localize(__name__)
