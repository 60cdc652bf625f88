"""The German texts of `koe.web.texts.gallery`."""

GALLERY_TITLE = "Galerie"
GALLERY_LEAD = "Was andere hier gemacht haben. Hör es dir an, sag, dass es dir gefällt, oder mach daraus etwas Eigenes."
NOTHING = "Hier ist noch nichts. Mach ein Stück und wähl darunter **In die Galerie**."
ORDER = "Reihenfolge"
ORDERS = {"newest": "Neueste", "liked": "Beliebteste", "chance": "Zufällig", "exhibition": "Aus dieser Ausstellung"}
SHUFFLE = "Mischen"
NEXT_PAGE = "Weiter"
PAGE_BEFORE = "Zurück"
RADIO = "Alle spielen"
RADIO_STOP = "Anhalten"
RADIO_NEXT = "Nächstes Stück"
RADIO_END = "Das waren alle."
HEAR = "Anhören"
LIKE = "Gefällt mir"
LIKED = "Das gefällt dir"
PLAY = "{title} abspielen"
N_LIKES = ("gefällt noch niemandem", "gefällt einer Person", "gefällt {n} Personen")
START = "Damit weitermachen"
START_HELP = "Macht es zu deinem Stück: Setz es fort, misch es, rekonstruier es."
STARTED = "Das ist jetzt dein Stück. Was du daraus machst und aufhebst, steht dann in seinem Stammbaum."
BACK = "Alle Stücke"
TREE = "Woraus es entstand, und was daraus wurde"
TREE_HIDDEN = "ein Stück, das nicht gezeigt wird"
TREE_CUT = "Der Stammbaum ist größer; das ist der Teil um dieses Stück."
ADDRESS = "Adresse zum Weitergeben"
DESCRIBED = "Ein Klavierstück von {length}."
DESCRIBED_BY = "Ein Klavierstück von {length}, gemacht mit dem Netz {model}."

KEEP = "In die Galerie"
KEEP_HELP = "Unter einem Titel, damit andere es hören; ohne Konto."
KEEP_TITLE = "Titel"
KEEP_YES = "Aufheben"
KEEP_LEAD = "Dort kann es jeder hören, mögen und damit weitermachen. Schreib nicht deinen Namen."
KEPT = "Es ist in der Galerie: [{title}]({address})"
KEPT_DELETION = (
    "Nur diese Adresse nimmt es wieder heraus. Sie wird nur dieses eine Mal gezeigt; kopier sie, falls du das "
    "vielleicht willst."
)

REMOVE = "Willst du dieses Stück endgültig aus der Galerie nehmen?"
REMOVE_YES = "Herausnehmen"
REMOVED = "Das Stück ist nicht mehr in der Galerie."

OPERATOR = "Für den Betrieb"
OPERATOR_PASSWORD = "Passwort"
OPERATOR_OPEN = "Öffnen"
OPERATOR_WRONG = "Das ist nicht das Passwort."
OPERATOR_CLOSED = "Das Passwort war zu oft falsch; warte eine Minute."
OPERATOR_HIDDEN = "Verborgene Stücke"
OPERATOR_LEAVE = "Verlassen"
HIDE = "Verbergen"
SHOW = "Wieder zeigen"

MAKE_YOUR_OWN = "Mach dein eigenes"
FEED_TITLE = "Koe: neu in der Galerie"
SOUND_LOST = "Der Klang ließ sich nicht laden. Lade die Seite neu."

REFUSED = {
    "empty": "Gib dem Stück einen Titel mit mindestens einem Buchstaben.",
    "long": "Der Titel ist zu lang; höchstens {n} Zeichen.",
    "unseen": "Im Titel sind Zeichen, die man nicht sieht; schreib ihn nur mit Buchstaben.",
    "markup": "Im Titel sind Zeichen wie aus einem Programm; schreib ihn nur mit Buchstaben.",
    "link": "Im Titel steht eine Adresse; lass sie weg.",
    "person": "Im Titel steht etwas wie eine Telefonnummer oder E-Mail-Adresse; lass sie weg.",
    "marks": "Im Titel stehen zu viele Zeichen über einem Buchstaben.",
    "silent": "Das Stück ist still; es gibt nichts aufzuheben.",
    "lasting": "Das Stück ist länger als {n} Minuten; heb einen Teil davon auf.",
    "large": "Das Stück hat zu viele Noten für die Galerie; heb einen Teil davon auf.",
    "damaged": "Dieses Stück der Galerie ist beschädigt.",
    "missing": "Dieses Stück gibt es in der Galerie nicht; vielleicht wurde es herausgenommen.",
    "gone": "Diese Adresse nimmt nichts heraus: Das Stück ist schon fort, oder sie ist eine andere.",
    "cursor": "Dort geht diese Liste nicht weiter; fang sie neu an.",
    "visitor": "Öffne die Galerie einmal, bevor dir ein Stück gefällt.",
    "fast": "Das war viel auf einmal; versuch es in ein paar Minuten noch einmal.",
}
