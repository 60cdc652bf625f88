"""German for `koe.web.texts.pages`: the same names, the same ``{...}``."""

NOUNS = {
    "note": ("Note", "Noten"),
    "drum note": ("Schlagzeugnote", "Schlagzeugnoten"),
    "note outside the piano's keys": ("Note außerhalb der Klaviatur", "Noten außerhalb der Klaviatur"),
    "note beyond the longest length": ("Note jenseits der größten Länge", "Noten jenseits der größten Länge"),
    "key": ("Taste", "Tasten"),
    "measure": ("Takt", "Takte"),
    "sixteenth": ("Sechzehntel", "Sechzehntel"),
    "semitone": ("Halbton", "Halbtöne"),
    "epoch": ("Epoche", "Epochen"),
    "number": ("Zahl", "Zahlen"),
    "second": ("Sekunde", "Sekunden"),
    "minute": ("Minute", "Minuten"),
    "hour": ("Stunde", "Stunden"),
}

TAGLINE = "Koe: klassische Klaviermusik mit neuronalen Netzen."
PAGES = {
    "home": "Start",
    "compose": "Komponieren",
    "your_piece": "Dein Stück",
    "reconstruct": "Nachbilden",
    "latent_space": "Latenter Raum",
    "interpolate": "Verwandeln",
    "continue": "Fortsetzen",
    "fill": "Ergänzen",
    "tour": "Rundgang",
    "neuron": "Ein Neuron",
    "downhill": "Bergab",
    "squeezing": "In wenigen Zahlen",
    "memory": "Gedächtnis",
    "quiz": "Mensch oder Netz?",
    "teachers": "Für den Unterricht",
    "gallery": "Galerie",
    "models": "Modelle",
    "about": "Über Koe",
    "shared_piece": "Ein Stück für dich",
}
SECTIONS = {"write": "Schreiben", "blend": "Mischen", "learn": "Lernen", "more": "Mehr"}
LANGUAGE_HELP = "Shows everything in English."

# -- shared ------------------------------------------------------------------

YOUR_PLACE = "Du bist Nummer {place} in der Reihe. Koe macht gerade Musik für andere."
YOUR_TURN = "Du bist dran."
BUSY = {
    "full": "Koe hat alle Hände voll zu tun: {n:.0f} andere warten schon auf ihre Musik, mehr können es nicht sein. "
    "Versuch es bitte in einer Minute noch einmal.",
    "yours": "Du hast schon {n:.0f} Dinge verlangt, die noch nicht da sind, mehr können es nicht sein. Sie kommen eins "
    "nach dem anderen.",
    "late": "Du bist in {n:.0f} Sekunden nicht an die Reihe gekommen, so viel wird gerade verlangt. Versuch es bitte "
    "später noch einmal.",
    "closed": "Koe wird gerade neu gestartet. Diese Seite kommt gleich von selbst zurück; versuch es dann bitte noch "
    "einmal.",
}
FULL = (
    "Hier machen gerade so viele Musik, dass kein Platz mehr frei ist. Diese Seite versucht es von selbst noch einmal."
)
UNEXPECTED = (
    "Bei uns ist etwas schiefgegangen; es ist vermerkt. Versuch es noch einmal, oder mach mit einem anderen Stück "
    "weiter."
)
STOPPED = "Angehalten."
NO_SCRIPTS = "Koe braucht JavaScript; schalte es bitte ein und lade die Seite noch einmal."
WAKING_UP = "Die Netze wachen auf. Das kommt nur einmal vor und dauert ein paar Sekunden …"
FALLING_AWAKE = "Die Netze wachen im Hintergrund auf …"
AWAKE = "Die Netze sind wach."
NOT_AWAKE = "Die Netze ließen sich nicht laden; Stücke kannst du trotzdem sehen und hören."

UNTITLED = "Stück ohne Titel"
TOO_LONG_FOR_SOUND = "Klang gibt es für Stücke, die bis zu {length} dauern; dieses ist länger."
TOO_LONG_FOR_WAV = "WAV gibt es für Stücke, die bis zu {length} dauern; MP3 und OGG auch für längere."
TEXT_MOVES = "{moved} von {total} liegen zwischen Sechzehnteln; im Text stehen sie auf dem nächsten."
TEXT_MOVES_ONE = "1 von {total} liegt zwischen Sechzehnteln; im Text steht sie auf dem nächsten."
PDF_LACKS = "Keine Schrift hier hat {letters}: Im PDF stehen im Titel dafür Kästchen oder einfachere Buchstaben."
SILENT = "Stille: Mit dieser Einstellung klingt keine Taste."
ROLL_ALT = "Pianoroll von {title}"
PLAYER = {
    "play": "Abspielen",
    "pause": "Pause",
    "loop": "Immer wieder",
    "speed": "Tempo",
    "mute": "Stumm",
    "volume": "Lautstärke",
    "nearer": "Größer",
    "farther": "Kleiner",
    "position": "Stelle in der Musik",
    "place": "Takt {measure}, Schlag {beat}",
    "manual": "Die Leertaste spielt und hält an. Die Pfeiltasten gehen einen Schlag weiter, mit der Umschalttaste "
    "einen Takt. Pos1 und Ende gehen an den Anfang und ans Ende, mit L beginnt es immer wieder von vorn.",
    "waiting": "Der Klang entsteht …",
    "lost": "Der Klang ließ sich nicht laden. Lade die Seite neu.",
}
PICK_SEGMENT = "Abschnitt hier beginnen"
CHOOSE = {"hold": "Das Gewählte verschieben", "from": "Wo es beginnt", "to": "Wo es endet"}
CHOOSE_HELP = "Zieh das Markierte oder seine Enden, oder tipp eine Stelle an."
KINDS_OF_NOTES = {
    "w": "von Menschenhand",
    "m": "von einem Netz",
    "b": "in beiden",
    "o": "nur im Original",
    "n": "nur beim Netz",
}
ROLL_IN_WORDS = "{title}: {parts}; {measures}, zu Beginn im {metre}-Takt; von {low} bis {high}; {length}."
ROLL_IN_WORDS_EMPTY = "{title}: {measures} ohne eine Note."
FORM = "Form: {form}"
SECTION_MEASURES = "Takte {first} bis {last}"
SECTION_MEASURE = "Takt {first}"
SECTION_NEW = "{letter}, {measures}"
SECTION_AGAIN = "{letter} noch einmal, {measures}"
SECTION_VARIED = "{letter} noch einmal, abgewandelt, {measures}"
SECTION_HIGHER = "{letter} noch einmal, {semitones} höher, {measures}"
SECTION_LOWER = "{letter} noch einmal, {semitones} tiefer, {measures}"
TAKE_HOME = "Mitnehmen"
USE = "Als mein Stück nehmen"
USE_HELP = "Macht dies auf allen Seiten zu deinem Stück: zum Nachbilden, Verwandeln und Fortsetzen."
USED = "Das ist jetzt dein Stück."
FORMATS = {
    "mid": "MIDI, für Notenprogramme und Keyboards",
    "mp3": "MP3, klein, läuft überall",
    "ogg": "OGG, klein und frei",
    "wav": "WAV, der volle Klang",
    "txt": "Text, wie ihn die Netze lesen",
    "musicxml": "MusicXML, die Noten für Notenprogramme",
    "pdf": "Noten als PDF, zum Drucken",
    "svg": "Noten als SVG, für Zeichenprogramme",
    "roll_svg": "Pianoroll als SVG",
    "roll_png": "Pianoroll als PNG, ein Bild",
    "zip": "Alles in einem ZIP, mit einem Zettel, wie es entstand",
}
ZIPPING = "Alles wird gemacht …"
ZIPPING_FILE = "Datei {number} von {total}: {part}"
ZIPPED = "ZIP speichern, {size:.1f} MB"
SCORE_VIEW = "Noten"
SCORE_VIEW_HELP = "Zeigt das Stück in Noten: zwei Systeme, Tonart, Notenwerte und Bögen aus dem Klang erschlossen."
SCORE_ALT = "Noten von {title}, Seite {page}: {key}, {metre}, {measures}"
SCORE_CUT = "Die Noten sind lang, darum steht hier ihr Anfang. Im PDF unter „Mitnehmen“ stehen alle."
SEED = "Startzahl"
SEED_HELP = (
    "Die Zahl, aus der aller Zufall kommt. Dieselbe Startzahl und dieselben Einstellungen geben wieder dieselbe Musik."
)
NEW_SEED = "Neue Startzahl"
MODEL = "Netz"
MORE = "Mehr"
AS_IN_THE_PAPER = "Wie in der Studie"
AS_IN_THE_PAPER_HELP = "Die Netze der Studie, mit der Koe begann, und womit sie dort verglichen werden."
DARING = "Wie es spielt"
DARINGS = {"calm": "Ruhig", "usual": "Wie sonst", "wild": "Übermütig"}
ANOTHER = "Noch eins dieser Art"
ANOTHER_PIECE = "Noch eins"
GO_ON = "Weiterspielen lassen"
SADDER = "Ein traurigeres"
SADDER_HELP = "Noch ein Stück, in Moll und ruhig; beim nächsten Mal auch tiefer und mit weniger Noten."
SHARE = "Teilen"
WHAT_NEXT = "Und jetzt?"
THRESHOLD = "Schwelle"
THRESHOLD_HELP = (
    "Das Netz sagt für jede Taste von 0 bis 1, wie sicher es ist. Tasten ab der Schwelle klingen: "
    "Senk sie für mehr Noten, heb sie für weniger."
)

TEMPO = "♩ = {qpm}"
TEMPO_AVERAGE = "♩ = {qpm} im Mittel"
LENGTH = "{length} Min."
LEFT_OUT = "Weggelassen: {what}."
MEASURES = "Takte {first} bis {last}"
MEASURE = "Takt {first}"
MOVED_NOTE = "1 von {total} liegt zwischen den Sechzehnteln; {listener} hört sie verschoben."
MOVED_NOTES = "{moved} von {total} liegen zwischen den Sechzehnteln; {listener} hört sie verschoben."
EVERY_NETWORK = "jedes Netz hier"
BEATS_LEAD = "Der Schlag ist geraten. Stimmt er nicht?"
BEATS = {
    "halve": ("Halb so viele Schläge", ":material/remove:"),
    "double": ("Doppelt so viele", ":material/add:"),
    "earlier": ("Früher", ":material/chevron_left:"),
    "later": ("Später", ":material/chevron_right:"),
}
CHANGE_PIECE = "Ein anderes Stück wählen"
SEGMENT_SLIDER = "Der Abschnitt beginnt bei Takt"
SEGMENT_HELP = "Ein Abschnitt hat 64 Sechzehntel: vier Takte im 4/4-Takt. So viel nehmen die Netze auf einen Blick auf."
AFTER = "Das Netz setzt fort nach Takt"
AFTER_HELP = "Was davor steht, bleibt, wie es ist. Ganz rechts bleibt dein ganzes Stück."
UPLOAD = "Oder bring ein eigenes mit"
UPLOAD_HELP = (
    "Klaviermusik als MIDI-Datei oder als Noten (MusicXML, Humdrum, ABC, MEI) oder eine Textdatei in Koes Textformat."
)
NO_NOTES = "{name} enthält keine Note, die ein Klavier spielen kann; wähl eine andere Datei."
CURRENT_PIECE = "Dein Stück: {title}"
TEMPERATURE = "Temperatur"
TEMPERATURE_HELP = "Unter 1 geht das Netz auf Nummer sicher, über 1 wagt es mehr; weit über 1 wird es Lärm."
