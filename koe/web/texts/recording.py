"""What is said about recording; the German texts have the same names in `koe.web.texts.german.recording`."""

from koe.web.texts.language import localize

HUM_OR_PLAY = "Hum or play"
HUM_OR_PLAY_HINT = (
    "Hum, sing or whistle a tune, or play something on a piano; up to {limit} seconds are heard. The recording "
    "becomes notes and is not kept."
)
KIND = "What is it?"
KINDS = {"voice": "A voice, one note at a time", "piano": "A piano"}
RECORD = "Record with the microphone"
SOUND_FILE = "Or choose a recording"
LISTENING = "Listening for notes…"
THE_RECORDING = "The recording"
RECORDED_TITLES = {"voice": "My tune", "piano": "My playing"}
GO_ON = "Let a network go on from it"

localize(__name__)
