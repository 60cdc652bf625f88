"""German for `koe.web.texts.session`: the same names, the same ``{...}``."""

LINK = "Link"
LINK_MAKING = "Das Stück entsteht noch einmal, damit sicher ist, dass der Link es zurückbringt …"
LINK_ANEW = (
    "Wer ihn öffnet, lässt das Netz das Stück noch einmal machen, mit einer Prüfsumme zum Vergleich. Die Noten reisen "
    "mit, falls dort ein anderes Netz ist."
)
LINK_ANEW_ALONE = (
    "Wer ihn öffnet, lässt das Netz das Stück noch einmal machen, mit einer Prüfsumme zum Vergleich. Die Noten passen "
    "nicht in {most} Zeichen, darum muss dort dasselbe Netz sein."
)
LINK_GIVEN = "Die Noten selbst stecken darin, darum geht er überall."
LINK_ONLY_HERE = (
    "Diese Adresse geht nur auf diesem Computer. Für andere öffne Koe unter dem Namen oder der Nummer, die der "
    "Computer im Netzwerk hat, und mach den Link noch einmal, oder speichere die Projektdatei."
)
LINK_LENGTH = "{length} von höchstens {most} Zeichen."
COPY = "Kopieren"
COPIED = "Kopiert"
ADDRESS = "Adresse des Stücks"
QR_ALT = "QR-Code des Links"
QR_SHORT = "Der Code lässt die Noten weg, damit eine Kamera ihn lesen kann."
QR_NONE = "Ein Code für diesen Link wäre für ein Handy auf Armlänge zu fein; kopier oder teile den Link."
SHARE_LINK = "Link teilen"
SHARE_MIDI = "MIDI-Datei senden"
QR_PNG = "QR-Code als PNG"
QR_SVG = "QR-Code als SVG"
PROJECT_FILE = "Projektdatei mit allem, was du hier hast"

PROJECT = "Projekt"
PROJECT_LEAD = (
    "Dein Stück, die latenten Vektoren, alle Fassungen und Startzahlen. Dieser Browser merkt sie sich von selbst; mit "
    "einer Datei kommen sie anderswohin."
)
SAVE_PROJECT = "Projekt speichern"
OPEN_PROJECT = "Projekt öffnen"
OPEN_PROJECT_HELP = "Eine Datei, die hier gespeichert wurde; ihr Name endet auf .koe.json."
START_OVER = "Von vorn anfangen"
START_OVER_HELP = "Räumt den Tisch für jemand anderen ab. Speichere vorher das Projekt, wenn du es behalten willst."
START_OVER_SURE = "Alles hier wird gelöscht, auch dein Regal, und lässt sich nicht zurückholen."
START_OVER_YES = "Alles löschen"
START_OVER_KEEP_SHELF = "Alles bis auf das Regal löschen"
UNDO = "Rückgängig"
UNDO_HELP = "Nimmt zurück, was du zuletzt getan hast, egal auf welcher Seite (Strg+Z)."
REDO = "Wiederholen"
REDO_HELP = "Tut wieder, was zurückgenommen wurde (Strg+Y)."
RESTORED = "Hier ist, was du zuletzt hattest."
OPENED = "Das Projekt ist offen."
STARTED_OVER = "Der Tisch ist abgeräumt."
UNREADABLE = "Was sich dieser Browser gemerkt hatte, ließ sich nicht öffnen und bleibt unangetastet. {reason}"
OTHER_WEIGHTS = (
    "{models}: Die Gewichte hier sind andere als die, mit denen das Projekt entstand. Seine Noten sind, wie sie waren; "
    "neu gemacht, wären es andere."
)

SHARED_TITLE = "Ein Stück für dich"
SHARED_LEAD = "Jemand hat dir das geschickt. Hör es an, mach es zu deinem oder mach ein eigenes."
SHARED_NOTHING = (
    "Diese Seite öffnet Links, aber ihre Adresse enthält keinen. Mach ein Stück und wähl dann unter „Mitnehmen“ "
    "den Link."
)
SHARED_WORKING = "Das Netz macht das Stück noch einmal …"
SHARED_SAME = "Hier von {model} noch einmal gemacht, und gleich bis aufs letzte Byte."
SHARED_NOTES = "Die Noten sind im Link mitgereist."
SHARED_YOUR_OWN = "Mach ein eigenes"
HOW = {
    "latents": "Aus {n} Zahlen von {model}; Tasten klingen ab {threshold:g}.",
    "blended": "{weight:.0%} des Wegs von {first} nach {second} im latenten Raum von {model}.",
    "path": "Der Weg von {first} nach {second} im latenten Raum von {model}, {n} Abschnitte.",
    "wished": "Auf Wunsch komponiert von {model}: etwa {measures} Takte, Startzahl {seed}.",
    "composed": "Auf einen Knopfdruck komponiert von {model}, Startzahl {seed}.",
    "continued": "{model} hat weitergespielt, nach {heard}: Startzahl {seed}, Variante {variation}, {n} Sechzehntel.",
    "answered": "{model} hat geantwortet, auf {heard}: Startzahl {seed}, Variante {variation}, {n} Sechzehntel.",
    "given": "Noten, wie sie gespielt oder gelesen wurden, nicht neu gemacht.",
    "given_by": "Die Noten eines Stücks, das mit {model} entstand.",
}
PLACE = "{title}, Takt {measure}"
HEARD = {0: "Stille", 1: "einem Akkord", 2: "Musik von {n} Sechzehnteln"}
STREAMLITS = {
    r"Upload": "Hochladen",
    r"(\d+)MB per file": "bis $1 MB",
    r"No results": "Nichts gefunden",
    r"Light": "Hell",
    r"Dark": "Dunkel",
    r"About": "Über Koe",
    r"Made with (Streamlit .*)": "Gemacht mit $1",
    r"Main menu": "Menü",
    r"App pages": "Seiten",
    r"Navigate to home page": "Zur Startseite",
    r"Help for (.*)": "Hilfe: $1",
    r"Clear value": "Auswahl löschen",
    r"Open": "Öffnen",
    r"Record": "Aufnehmen",
    r"file upload": "Datei hochladen",
}
