"""Die Seite Komponieren."""

COMPOSE_TITLE = "Komponieren"
COMPOSE_LEAD = "Sag, was du hören möchtest. Ein Netz schreibt es, spielt es dabei schon vor und kommt zu einem Schluss."
WRITING = "Es schreibt … Takt {done} von etwa {total}"
STOP = "Anhalten"
GO = "Komponieren"

MANNER = "In der Art von"
ANY_MANNER = "Irgendjemand"
MOOD = "Stimmung"
MOODS = {"either": "Beides", "bright": "Hell", "dark": "Dunkel"}
MOOD_HELP = "Helle Stücke stehen in Dur, dunkle in Moll."
PACE = "Gangart"
PACES = {"any": "Beliebig", "calm": "Ruhig", "medium": "Mittel", "lively": "Lebhaft"}
MINUTES = "Länge in Minuten"
SHAPE = "Gestalt"
SHAPES = {"free": "Frei", "drawn": "Vier Teile"}
SHAPE_HELP = "Teile mit demselben Buchstaben gleichen sich; einer mit Strich kehrt abgewandelt wieder."
BLOCK_HELP = "Teil {number} von 4. Klick für einen anderen Buchstaben."
IN_ALL = "Etwa {measures}, {form}."
FREE_FORM = "in einer eigenen Form"
DRAWN_FORM = "in der Form {form}"

MORE = "Mehr"
KEY = "Tonart"
ANY_KEY = "Nach Stimmung"
METRE = "Taktart"
DENSITY = "Wie viele Noten"
REGISTER = "Wo auf der Klaviatur"
LEVELS = {"any": "Beliebig", "low": "Wenige", "medium": "Einige", "high": "Viele"}
PLACES = {"any": "Überall", "low": "Tief", "medium": "In der Mitte", "high": "Hoch"}
TEMPERATURE = "Wagemut"
TEMPERATURE_HELP = (
    "Bei 1 würfelt das Netz wie gewöhnlich; darunter bleibt es beim Wahrscheinlichen, darüber wagt es mehr."
)
TOP_P = "Nur aus dem Wahrscheinlichsten"
TOP_P_HELP = "Aus welchem Anteil der Wahrscheinlichkeit es wählt; 1 ist alles. Weniger lässt Abwegiges weg."
TONICS = {
    "C": "C",
    "D flat": "Des",
    "D": "D",
    "E flat": "Es",
    "E": "E",
    "F": "F",
    "F sharp": "Fis",
    "G": "G",
    "A flat": "As",
    "A": "A",
    "B flat": "B",
    "B": "H",
}
KEYS_OF = {"major": "{tonic}-Dur", "minor": "{tonic}-Moll"}
