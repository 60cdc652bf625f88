"""What stands on and around the piano."""

from koe.web.texts.language import localize

PIANO = {
    "chord": "Piano keyboard of 88 keys; touch keys to choose a chord",
    "play": "Piano keyboard of 88 keys to play on",
    "manual": "The arrow keys move along the keys, up and down by an octave. Enter presses a key.",
    "manual_play": "The letters A to L play the white keys from the marked C on, the row above them the black ones. "
    "Z and X move them by an octave.",
    "down": "Keys that are down: {keys}",
    "none_down": "No key is down.",
    "record": "Record",
    "again": "Record again",
    "stop": "Stop",
    "tempo": "Tempo",
    "measures": "Length of the recording",
    "lower": "An octave lower",
    "higher": "An octave higher",
    "letters": "The computer’s keys {first} to {last} play, too, and those above them; "
    "{lower} and {higher} move them by an octave.",
    "midi": "Connect a MIDI keyboard",
    "midi_none": "This browser cannot talk to MIDI keyboards. Chrome, Edge and Firefox can.",
    "midi_refused": "The browser was not allowed to use MIDI. Allow it in the settings of this page.",
    "midi_waiting": "No MIDI keyboard yet. Plug one in and switch it on.",
    "midi_connected": "{name} plays here.",
    "hint": "Press Record. After four clicks it begins: play what you like. Nearer to its front edge, a key is louder.",
    "answers": "Answer me when I stop",
    "answering": "Listened. Here comes the answer.",
    "counting": "It begins after four clicks.",
    "recording": "Recording, measure {measure} of {measures}",
    "recorded": "Recorded.",
    "empty": "No take yet.",
    "go": "Go on from here",
    "replay": "Play it again",
    "silence": "Stop",
    "clear": "Clear",
}
TEMPO = "♩ = {qpm}"
PLAYED = "Played at the piano"
PLAY_FIRST = "Play something first, or begin with nothing."

localize(__name__)
