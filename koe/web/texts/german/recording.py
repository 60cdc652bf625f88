"""The German of `koe.web.texts.recording`."""

HUM_OR_PLAY = "Summen oder spielen"
HUM_OR_PLAY_HINT = (
    "Summ, sing oder pfeif eine Melodie oder spiel etwas auf dem Klavier; bis zu {limit} Sekunden werden gehört. "
    "Die Aufnahme wird zu Noten und nicht aufgehoben."
)
KIND = "Was ist es?"
KINDS = {"voice": "Eine Stimme, Ton für Ton", "piano": "Ein Klavier"}
RECORD = "Mit dem Mikrofon aufnehmen"
SOUND_FILE = "Oder wähl eine Aufnahme"
LISTENING = "Koe lauscht auf die Töne …"
THE_RECORDING = "Die Aufnahme"
RECORDED_TITLES = {"voice": "Meine Melodie", "piano": "Mein Spiel"}
GO_ON = "Ein Netz daran weiterschreiben lassen"
