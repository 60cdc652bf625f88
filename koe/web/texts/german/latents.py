"""German for `koe.web.texts.latents`: the same names, the same ``{...}``."""

AXES = {
    "note_density": ("Noten", "weniger", "mehr"),
    "polyphony": ("Fülle", "dünn", "volle Akkorde"),
    "note_length": ("Notenlänge", "kurz", "lang"),
    "mean_pitch": ("Lage", "tief", "hoch"),
    "pitch_range": ("Weite", "eng beieinander", "weit auseinander"),
    "pitch_class_entropy": ("Tonvorrat", "wenige", "viele"),
    "scale_consistency": ("Tonleiter", "weicht ab", "bleibt dabei"),
    "repetition": ("Wiederholung", "immer neu", "wiederholt sich"),
    "silence": ("Pausen", "keine", "viele"),
}
DESCRIPTORS = {
    "note_density": "Notendichte",
    "polyphony": "Mehrstimmigkeit",
    "note_length": "Notenlänge",
    "mean_pitch": "mittlere Tonhöhe",
    "pitch_range": "Tonumfang",
    "pitch_class_entropy": "Entropie der Tonklassen",
    "scale_consistency": "Tonleitertreue",
    "repetition": "Wiederholung",
    "silence": "Pausenanteil",
}
AGAIN = "{name} {n}"
UNNAMED = "Achse {n}"
LINK = "{correlation:+.2f}"
LINK_HELP = (
    "Rangkorrelation dieser Achse mit „{descriptor}“ in Musik, aus der das Netz nicht gelernt hat ({split}); "
    "1 wäre vollkommen."
)
FULL = "{name}: von {less} bis {more}"

LABELS = {
    "panel": "Regler des latenten Raums",
    "named": "Nach Wirkung",
    "raw": "Alle Zahlen",
    "hear": "Beim Bewegen hören",
    "undo": "Rückgängig (Strg+Z)",
    "redo": "Wiederholen (Strg+Umschalt+Z)",
    "more": "{n} weitere Regler",
    "fewer": "Weniger Regler",
    "number": "{n}",
    "before": "vorher",
    "now": "jetzt",
    "map": "Echte Musik auf einer Karte: Tipp einen Punkt an und hör, was dort liegt",
    "map_help": (
        "Karte von Stücken im latenten Raum. Der Ring zeigt, wo du bist. Klick, um irgendwohin zu gehen; "
        "mit den Pfeiltasten gehst du, mit der Umschalttaste in größeren Schritten."
    ),
    "place": "{composer}, {title}, Takt {measure}",
    "others": "andere",
}
CHANGE = "Verändern"
VARIATION = "Dasselbe Stück, anders: wie weit weg"
VARIATION_HELP = "Nahe 0 ändert sich kaum etwas; bei 1 ist es ein anderes Stück."
VARY = "Eine Variation"
ATTRIBUTES_LEAD = "Oder verändere, was einen Namen hat; das Übrige bleibt, so weit es geht:"
ATTRIBUTES = {
    "density": ("Töne", "weniger", "mehr"),
    "register": ("Lage", "tiefer", "höher"),
    "polyphony": ("Fülle", "dünner", "voller"),
    "syncopation": ("Rhythmus", "auf dem Schlag", "synkopiert"),
    "mode": ("Tongeschlecht", "Moll", "Dur"),
    "dissonance": ("Dissonanz", "glatter", "rauer"),
}
STEER = "So verändern"
MORE_LIKE = "Mehr wie dies"
LESS_LIKE = "Weniger wie das"
LIKEN_AMOUNT = "Wie sehr"
LIKEN = "So machen"
OTHERS = "Diese sechzehn stehen vorn; die {n} anderen bleiben, wie sie waren."
NOBODY = ("Anonymous", "Traditional")
