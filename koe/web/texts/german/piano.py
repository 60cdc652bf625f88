"""German for `koe.web.texts.piano`: the same names, the same ``{...}``."""

PIANO = {
    "chord": "Klaviatur mit 88 Tasten; tipp Tasten an, um einen Akkord zu wählen",
    "play": "Klaviatur mit 88 Tasten zum Spielen",
    "manual": "Die Pfeiltasten gehen die Tasten entlang, auf und ab um eine Oktave. "
    "Die Eingabetaste drückt eine Taste.",
    "manual_play": "Die Buchstaben A bis L spielen die weißen Tasten vom markierten C an, die Reihe darüber die "
    "schwarzen. Y und X verschieben sie um eine Oktave.",
    "down": "Gedrückte Tasten: {keys}",
    "none_down": "Keine Taste ist gedrückt.",
    "record": "Aufnehmen",
    "again": "Neu aufnehmen",
    "stop": "Anhalten",
    "tempo": "Tempo",
    "measures": "Länge der Aufnahme",
    "lower": "Eine Oktave tiefer",
    "higher": "Eine Oktave höher",
    "letters": "Auch die Computertasten {first} bis {last} spielen, und die darüber; "
    "{lower} und {higher} verschieben sie um eine Oktave.",
    "midi": "MIDI-Keyboard verbinden",
    "midi_none": "Dieser Browser kann nicht mit MIDI-Keyboards sprechen. Chrome, Edge und Firefox können es.",
    "midi_refused": "Der Browser durfte MIDI nicht benutzen. Erlaub es in den Einstellungen dieser Seite.",
    "midi_waiting": "Noch kein MIDI-Keyboard. Schließ eins an und schalt es ein.",
    "midi_connected": "{name} spielt hier.",
    "hint": "Drück „Aufnehmen“. Nach vier Schlägen geht es los: Spiel, was du magst. "
    "Nahe der Vorderkante klingt eine Taste lauter.",
    "answers": "Antworte mir, wenn ich aufhöre",
    "answering": "Zugehört. Hier kommt die Antwort.",
    "counting": "Nach vier Schlägen geht es los.",
    "recording": "Aufnahme, Takt {measure} von {measures}",
    "recorded": "Aufgenommen.",
    "empty": "Noch keine Aufnahme.",
    "go": "Von hier aus weiter",
    "replay": "Noch einmal anhören",
    "silence": "Anhalten",
    "clear": "Löschen",
}
TEMPO = "♩ = {qpm}"
PLAYED = "Am Klavier gespielt"
PLAY_FIRST = "Spiel erst etwas oder beginn mit nichts."
