"""What goes wrong, in German: sentences of `koe.errors` as other parts of Koe say them in English."""

import re

from koe.web.texts.german.refusals import UNKNOWN_FILE, in_words

_N = r"(?P<n>[\d,.]+)"
_MOST = r"(?P<most>[\d,.]+)"
_ODD_LINK = "Der Link ist beschädigt: Ein Teil fehlt oder wurde verändert. Kopier ihn noch einmal ganz."
_NO_SOUND = "Es konnte kein Klang gemacht werden; versuch es noch einmal oder nimm die MIDI-Datei."

ERRORS = {
    # Names of notes, keys and forms.
    r"['\"](?P<name>.*)['\"] is no note name; .*: (?P<examples>.+)\.":
        "„{name}“ ist kein Name einer Note; schreib den Ton und die Oktave: {examples}.",
    r"['\"](?P<name>.*)['\"] lies outside the piano; choose a note from (?P<low>\S+) to (?P<high>\S+)\.":
        "„{name}“ liegt außerhalb des Klaviers; wähl eine Note von {low} bis {high}.",
    r"The chord holds no note; name at least one, such as (?P<examples>.+)\.":
        "Der Akkord hat keine Note; nenn mindestens eine, etwa {examples}.",
    r"['\"](?P<name>.*)['\"] is no key; .*": "„{name}“ ist keine Tonart.",
    r"['\"](?P<name>.*)['\"] is no metre; .*": "„{name}“ ist keine Taktart; schreib etwa 3/4 oder 6/8.",
    r"['\"](?P<name>.*)['\"] is no form; .*": "„{name}“ ist keine Form; schreib Buchstaben, etwa A A' B A.",
    r"The form (?P<form>.+) has (?P<n>\d+) blocks; (?P<most>\d+) measures are too few for it\.":
        "Die Form {form} hat {n} Teile; {most} Takte sind dafür zu wenige.",
    # Playing and beats.
    r"With twice as many beats the piece would have .*":
        "Mit doppelt so vielen Schlägen wäre das Stück zu lang; lass die Schläge, wie sie sind, oder kürz es zuerst.",
    r"The piece would have (?P<low>\S+) to (?P<high>\S+) beats a minute, .*":
        "Das Stück hätte {low} bis {high} Schläge in der Minute, und so langsam oder schnell ist keines; lass die "
        "Schläge, wie sie sind.",
    r"No key was pressed in these measures; .*":
        "In diesen Takten wurde keine Taste gedrückt; drück Aufnehmen, warte vier Schläge und spiel dann.",
    r"No key was pressed; .*|There is nothing to answer; .*": "Es wurde nichts gespielt; spiel zuerst etwas.",
    rf"There are more than {_N} notes, the most that a recording holds; .*":
        "Es sind mehr als {n} Noten, und mehr fasst eine Aufnahme nicht; spiel weniger.",
    r"The tempo is (?P<qpm>\S+) quarter notes a minute; choose one from (?P<low>\S+) to (?P<high>\S+)\.":
        "Das Tempo ist {qpm} Viertel in der Minute; wähl eines von {low} bis {high}.",
    # Gaps, melodies, segments.
    rf"A gap has at most {_MOST} sixteenths, but these measures have {_N}; .*":
        "Eine Lücke hat höchstens {most} Sechzehntel, aber diese Takte haben {n}; nimm weniger.",
    r"The melody is empty; .*": "Die Melodie ist leer; spiel eine oder wähl eine mit Noten.",
    rf"A melody has at most {_MOST} sixteenths, but this one has {_N}; .*":
        "Eine Melodie hat höchstens {most} Sechzehntel, aber diese hat {n}; nimm einen Teil davon.",
    rf"(?P<model>\S+) fills up to {_MOST} sixteenths, but {_N} are open; .*":
        "{model} füllt bis zu {most} Sechzehntel, aber {n} sind offen; nimm weniger Takte oder ein anderes Netz.",
    r"Measures? .* (?:were asked for; the piece has|does not exist; the piece has) measures 1 to (?P<n>\d+)\.":
        "Diese Takte gibt es nicht; das Stück hat die Takte 1 bis {n}.",
    r"The piece is empty; .*": "Das Stück ist leer; wähl eines mit Noten.",
    # Numbers.
    rf"A latent vector has (?P<most>\d+) numbers, but {_N} came\.":
        "Ein latenter Vektor hat {most} Zahlen, es kamen aber {n}.",
    r"['\"](?P<name>.*)['\"] in the latent vector is no number\.": "„{name}“ im latenten Vektor ist keine Zahl.",
    r"The numbers of this latent vector lie between (?P<low>\S+) and (?P<high>\S+), but (?P<name>\S+) came\.":
        "Die Zahlen dieses latenten Vektors liegen zwischen {low} und {high}, es kam aber {name}.",
    r"A seed is a whole number from 0 to (?P<most>\d+), not (?P<name>\S+)\.":
        "Eine Startzahl ist eine ganze Zahl von 0 bis {most}, nicht {name}.",
    # Models.
    r"No model here .*": "Das Netz, das es dafür braucht, ist hier nicht installiert.",
    r"There is no model in .*": "Hier ist kein Netz installiert.",
    r"There is no model ['\"](?P<name>.*)['\"]; .*": "Ein Netz namens „{name}“ gibt es hier nicht.",
    r"(?P<model>\S+) goes on from what was played, but cannot answer it; .*":
        "{model} setzt fort, was gespielt wurde, kann aber nicht antworten; TR1 kann es.",
    r"The weights (?P<name>\S+) .*": "Die Gewichte {name} fehlen hier oder sind beschädigt.",
    r"TensorFlow, with which the networks compute, cannot be loaded here .*":
        "TensorFlow, womit die Netze rechnen, lässt sich hier nicht laden; alles andere geht.",
    # Links.
    r"The link is damaged: .*": _ODD_LINK,
    rf"The link has {_N} characters; at most {_MOST} are read\.":
        "Der Link hat {n} Zeichen; höchstens {most} werden gelesen.",
    r"The link holds signs that belong to no link of Koe\. .*":
        "Der Link enthält Zeichen, die in keinem Link von Koe stehen. Kopier ihn noch einmal, ohne etwas darum herum.",
    r"The link was made by a newer version of Koe; .*":
        "Der Link stammt aus einer neueren Fassung von Koe; diese kann ihn nicht öffnen.",
    r"The link asks for what cannot be made: .*": "Der Link verlangt etwas, das sich nicht machen lässt.",
    rf"The piece does not fit into a link: it would have {_N} characters, and {_MOST} are .*":
        "Das Stück passt nicht in einen Link: Er hätte {n} Zeichen, und nur {most} kommen sicher an. Speichere es "
        "stattdessen als Projekt.",
    r"(?P<first>.+) The notes did not fit into the link; ask for the project file\.":
        "{first} Die Noten passten nicht in den Link; lass dir die Projektdatei geben.",
    r"(?P<first>.+) What you hear are the notes themselves, which travelled in the link\.":
        "{first} Was du hörst, sind die Noten selbst, die mit dem Link gekommen sind.",
    r"(?P<first>.+) The notes did not fit into the link, so what you hear is not the piece that was sent\.":
        "{first} Die Noten passten nicht in den Link; was du hörst, ist nicht das Stück, das geschickt wurde.",
    r"It was made with other weights of (?P<model>\S+) than .*":
        "Es wurde mit anderen Gewichten von {model} gemacht, als hier sind; neu gemacht ist es andere Musik.",
    r"(?P<model>\S+) was asked again and came to other notes: .*":
        "{model} kam noch einmal gefragt auf andere Noten: Ein anderer Prozessor oder eine andere Fassung von Koe "
        "rundet anders.",
    r"It cannot be made anew here\. .*": "Es lässt sich hier nicht neu machen.",
    r"The notes are those of the link; the MIDI file differs .*":
        "Die Noten sind die des Links; die MIDI-Datei ist eine andere, denn wer ihn geschickt hat, hat eine andere "
        "Fassung von Koe.",
    r"What could be undone was written by another version of Koe\.|What the browser kept is .*":
        "Was der Browser aufgehoben hat, lässt sich nicht öffnen.",
    # Sounds and scores.
    rf"The MIDI file has {_N} MB, and at most {_MOST} MB can be played; .*":
        "Die MIDI-Datei hat {n} MB, und höchstens {most} MB lassen sich spielen; wähl ein kürzeres Stück.",
    rf"The piece has more than {_N} MIDI events; .*": "Das Stück hat mehr als {n} Ereignisse; wähl einen Teil davon.",
    r"The piece lasts (?P<length>.+), and at most (?P<longest>.+) can be played; .*":
        "Das Stück dauert {length}, und höchstens {longest} lassen sich spielen; wähl einen Teil davon.",
    r"(?:FluidSynth|No sound could be made|The sound|The soundfont|The embedded synthesizer|The additive piano).*":
        _NO_SOUND,
    rf"The piece has {_N} sixteenths and (?P<notes>\S+) notes; a score is made of .*":
        "Das Stück hat {n} Sechzehntel und {notes} Noten, zu viele für Noten auf Papier. Wähl einen Teil davon.",
    r"The score could not be drawn; .*|This took longer than .*":
        "Die Noten konnten nicht gezeichnet werden; wähl einen Teil des Stücks.",
    r"Scores are drawn by Verovio, .*|PDF files are written by ReportLab, .*|PNG pictures are written by Pillow, .*":
        "Was Noten zeichnet, ist hier nicht ganz installiert; nimm MusicXML oder SVG.",
    r"Koe cannot hear recordings here; .*|The network that hears recordings cannot be loaded .*":
        "Aufnahmen kann Koe hier nicht hören.",
}  # fmt: skip
UNITS = {"hours": "Stunden", "minutes": "Minuten", "seconds": "Sekunden"}
UNKNOWN = "Das ging nicht: {sentence}"


def in_german(sentence: str) -> str:
    """What went wrong, in German; what is not known stands behind a German beginning."""
    return _known(sentence) or in_words(sentence) or UNKNOWN.format(sentence=sentence)


def file_in_german(sentence: str) -> str:
    """The same of a file that was brought."""
    return in_words(sentence) or _known(sentence) or UNKNOWN_FILE.format(sentence=sentence)


def _known(sentence: str) -> str:
    for pattern, german in ERRORS.items():
        if found := re.fullmatch(pattern, sentence, flags=re.DOTALL):
            told = {name: value or "" for name, value in found.groupdict().items()}
            for name in {"length", "longest"} & told.keys():
                number, _, unit = told[name].partition(" ")
                told[name] = f"{number} {UNITS.get(unit, unit)}"
            if "first" in told:
                told["first"] = _known(told["first"]) or told["first"]
            return german.format(**told)
    return ""
