"""Why a file that was brought is refused: what the readers say in English, in German."""

import re

_SORTS = "eine MIDI-Datei (.mid), Noten (.musicxml, .mxl, .krn, .abc, .mei) oder ein Text"
_LABEL = r"(?P<label>.+?)"

# What a file that is no MIDI file looks like.
LOOKS = {
    "it looks like a PNG image": "sie sieht aus wie ein Bild (PNG)",
    "it looks like a JPEG image": "sie sieht aus wie ein Bild (JPEG)",
    "it looks like a GIF image": "sie sieht aus wie ein Bild (GIF)",
    "it looks like a PDF document": "sie sieht aus wie ein PDF",
    "it looks like a ZIP archive; unpack it first": "sie sieht aus wie ein ZIP-Archiv; entpack es zuerst",
    "it looks like a RIFF file without music in MIDI form, such as a WAV sound": "sie sieht aus wie ein Klang (WAV)",
    "it looks like an MP3 sound": "sie sieht aus wie ein Klang (MP3)",
    "it looks like an Ogg sound": "sie sieht aus wie ein Klang (Ogg)",
    "it looks like a FLAC sound": "sie sieht aus wie ein Klang (FLAC)",
    "it looks like an XML or HTML text": "sie sieht aus wie ein Text in XML oder HTML",
    "it looks like a text": "sie sieht aus wie ein Text",
    "it does not begin with MThd, as every MIDI file does": "sie beginnt nicht mit MThd wie jede MIDI-Datei",
}

REFUSALS = {
    r"The file is larger than (?P<size>\d+) MiB, the most that Koe reads\.":
        "Die Datei ist größer als {size} MiB; mehr liest Koe nicht.",
    r"The file is empty; .*": f"Die Datei ist leer; erwartet wird {_SORTS}.",
    r"This is no MIDI file \(\.mid\): (?P<looks>.+)\.": "Das ist keine MIDI-Datei (.mid): {looks}.",
    r"There are (?P<n>\d+) MIDI files in this one, such as in an archive; take them apart first\.":
        "In dieser Datei sind {n} MIDI-Dateien, wie in einem Archiv; nimm sie zuerst auseinander.",
    r"The file is compressed with gzip, but damaged; unpack it yourself and try again\.":
        "Die Datei ist mit gzip gepackt, aber beschädigt; entpack sie selbst und versuch es noch einmal.",
    r"The MIDI file holds no track: it is cut off or damaged\. Export it again\.":
        "Die MIDI-Datei hat keine Spur: Sie ist abgeschnitten oder beschädigt. Exportier sie noch einmal.",
    r"The score is damaged.*|The score has no (?:measure|part).*":
        "Die Noten sind beschädigt oder leer; exportier sie noch einmal.",
    r"The score defines entities or asks for other files.*":
        "Die Noten verweisen auf andere Dateien, wie es kein Notenprogramm tut; exportier sie neu.",
    r"The score (?:has more than|inside the archive is too large|in ABC is larger).*":
        "Die Noten sind zu groß für Koe; öffne einen Teil davon.",
    r"It looks like a ZIP archive without a score in MusicXML; .*":
        "Sie sieht aus wie ein ZIP-Archiv ohne Noten in MusicXML; entpack es und öffne die Datei selbst.",
    r"The archive is encrypted; .*": "Das Archiv ist verschlüsselt; speichere die Noten ohne Passwort.",
    r"The archive (?:is damaged|holds more than).*":
        "Das Archiv ist beschädigt oder ungewöhnlich; speichere als .musicxml.",
    r"The file (?:is XML whose outermost element|looks like XML but holds nothing).*":
        "Die Datei ist XML, aber keine Noten; öffne Noten in MusicXML (.musicxml, .mxl) oder MEI.",
    r"This file is no text; .*|Step \d+ holds .*":
        "Diese Datei ist kein Text, wie ihn Koe liest: ein Zeichen je Taste, von '!' (A0) bis 'x' (C8), und ein "
        "Leerzeichen zwischen den Schritten.",
    r"The text has (?P<n>\d+) steps; at most (?P<most>\d+) are accepted\. Cut it first\.":
        "Der Text hat {n} Schritte, höchstens {most} werden gelesen. Kürz ihn zuerst.",
    r"This is no project of Koe; .*":
        "Das ist kein Projekt von Koe; wähl eine Datei, die mit „Projekt speichern“ gespeichert wurde (.koe.json).",
    r"The project was saved by a newer version of Koe .*":
        "Das Projekt wurde mit einer neueren Fassung von Koe gespeichert; öffne es dort.",
    r"The project is larger than (?P<size>\d+) MiB, .*": "Das Projekt ist größer als {size} MiB; mehr liest Koe nicht.",
    r"The project holds more than .*": "Das Projekt enthält mehr Noten oder Wechsel, als Koe liest.",
    r"The project (?:is damaged|is of format|does not say).*": "Das Projekt ist beschädigt.",
    rf"{_LABEL} is empty; record or choose another one\.": "{label} ist leer; nimm neu auf oder wähl etwas anderes.",
    rf"{_LABEL} is larger than (?P<size>\d+) MiB, the most that Koe hears; .*":
        "{label} ist größer als {size} MiB; mehr hört Koe nicht. Kürz sie oder speichere sie als MP3, OGG oder FLAC.",
    rf"{_LABEL} is silent; .*": "{label} ist still; prüf das Mikrofon, geh näher heran und nimm noch einmal auf.",
    rf"{_LABEL} lasts (?P<sec>[\d.]+) seconds; a recording needs (?P<least>[\d.]+) or more\.":
        "{label} dauert {sec} Sekunden; eine Aufnahme braucht mindestens {least}.",
    r".+ (?:is no sound file that Koe can read|holds no sound that ffmpeg can read); .*":
        "Das ist keine Klangdatei, die Koe lesen kann; nimm WAV, MP3, OGG oder FLAC.",
    r"No note was heard in (?P<label>.+); sing or play louder.*":
        "In {label} war keine Note zu hören; sing oder spiel lauter, näher am Mikrofon und wo es still ist.",
}  # fmt: skip


UNKNOWN_FILE = "Die Datei lässt sich nicht öffnen: {sentence}"


def in_words(sentence: str) -> str:
    """Why a file is refused, in German; empty where that is not known."""
    for pattern, german in REFUSALS.items():
        if found := re.fullmatch(pattern, sentence, flags=re.DOTALL):
            told = {name: value or "" for name, value in found.groupdict().items()}
            if "looks" in told:
                told["looks"] = LOOKS.get(told["looks"], told["looks"])
            return german.format(**told)
    return ""
