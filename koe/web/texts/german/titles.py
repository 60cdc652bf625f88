"""Titles in German: of the demo pieces, where they have another one, and of what is made of a piece."""

import re

DEMOS = {
    "Minuet in G major": "Menuett G-Dur",
    "Invention no. 1 in C major": "Invention Nr. 1 C-Dur",
    "Prelude in C major": "Präludium C-Dur",
    "Musette in D major": "Musette D-Dur",
    "Sonata in A major, theme of the first movement": "Sonate A-Dur, Thema des ersten Satzes",
    "Sonata in C major, first movement": "Sonate C-Dur, erster Satz",
    "Moonlight Sonata, first movement": "Mondscheinsonate, erster Satz",
    "Prelude in A major": "Prélude A-Dur",
    "Prelude in C minor": "Prélude c-Moll",
    "Prelude in E minor": "Prélude e-Moll",
    "Melody": "Melodie",
    "The Happy Farmer": "Fröhlicher Landmann",
    "Waltz in A flat major": "Walzer As-Dur",
    "Gymnopédie no. 1": "Gymnopédie Nr. 1",
}
# What the use cases call what they made (`koe.studio`), from the outside inwards.
MADE = {
    r"From (?P<number>\d+) numbers (?P<model>\([A-Z]+\d?\))": "Aus {number} Zahlen {model}",
    r"(?P<title>.+), continued by (?P<model>[^ ,]+)": "{title}, fortgesetzt von {model}",
    r"(?P<title>.+), filled": "{title}, ergänzt",
    r"(?P<title>.+), harmonised": "{title}, harmonisiert",
    r"(?P<title>.+), repaired": "{title}, ausgebessert",
    r"(?P<title>.+) (?P<model>\([A-Z]{2,4}\d?\))": "{title} {model}",
    r"By (?P<model>[A-Z]+\d?)": "Von {model}",
    r"Filled": "Ergänzt",
    r"Harmonised": "Harmonisiert",
    r"Repaired": "Ausgebessert",
    r"Piece No\. (?P<number>\d+)": "Stück Nr. {number}",
    r"Between two pieces": "Zwischen zwei Stücken",
    r"Between four pieces": "Zwischen vier Stücken",
    r"From one piece to another": "Von einem Stück zum anderen",
    r"A cross-fade": "Eine Überblendung",
}
CREDIT = {"Made with Koe": "Gemacht mit Koe", "seed ": "Startzahl "}
ATTRIBUTED = (" (attributed)", " (zugeschrieben)")


def in_german(title: str) -> str:
    """A title in German; one that is somebody's own stays as it is."""
    if title in DEMOS:
        return DEMOS[title]
    for pattern, german in MADE.items():
        if found := re.fullmatch(pattern, title, flags=re.DOTALL):
            told = found.groupdict()
            if "title" in told:
                told["title"] = in_german(told["title"])
            return german.format(**told)
    return title


def composer_in_german(composer: str) -> str:
    """Whose a demo piece is."""
    return composer.replace(*ATTRIBUTED)


def credit_in_german(credit: str) -> str:
    """Who made a piece, as it stands at the head of its score."""
    for english, german in CREDIT.items():
        credit = credit.replace(english, german)
    return credit
