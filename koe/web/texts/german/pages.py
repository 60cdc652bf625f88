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
    "models": "Modelle",
    "about": "Über Koe",
    "shared_piece": "Ein Stück für dich",
}
LANGUAGE_HELP = "Shows everything in English."

# -- shared ------------------------------------------------------------------

YOUR_PLACE = "Du bist Nummer {place} in der Reihe. Koe macht gerade Musik für andere."
YOUR_TURN = "Du bist dran."
BUSY = {
    "full": "Koe hat alle Hände voll zu tun: {n:.0f} andere warten schon auf ihre Musik, mehr können es nicht sein. "
    "Versuch es bitte in einer Minute noch einmal.",
    "late": "Du bist in {n:.0f} Sekunden nicht an die Reihe gekommen, so viel wird gerade verlangt. Versuch es bitte "
    "später noch einmal.",
    "closed": "Koe wird gerade neu gestartet. Diese Seite kommt gleich von selbst zurück; versuch es dann bitte noch "
    "einmal.",
}
UNEXPECTED = (
    "Bei uns ist etwas schiefgegangen; es ist vermerkt. Versuch es noch einmal, oder mach mit einem anderen Stück "
    "weiter."
)
STOPPED = "Angehalten."
WAKING_UP = "Die Netze wachen auf. Das kommt nur einmal vor und dauert ein paar Sekunden …"
FALLING_AWAKE = "Die Netze wachen im Hintergrund auf …"
AWAKE = "Die Netze sind wach."
NOT_AWAKE = "Die Netze ließen sich nicht laden; Stücke kannst du trotzdem sehen und hören."

UNTITLED = "Stück ohne Titel"
TOO_LONG_FOR_SOUND = "Klang gibt es für Stücke, die bis zu {length} dauern; dieses ist länger."
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
UPLOAD = "Oder bring ein eigenes mit"
UPLOAD_HELP = (
    "Klaviermusik als MIDI-Datei oder als Noten (MusicXML, Humdrum, ABC, MEI) oder eine Textdatei in Koes Textformat."
)
NO_NOTES = "{name} enthält keine Note, die ein Klavier spielen kann; wähl eine andere Datei."

# -- home --------------------------------------------------------------------

HOME_TITLE = "Ein Druck auf den Knopf, und ein Netz schreibt dir ein Klavierstück."
HOME_LEAD = (
    "Niemand hat es je gehört. Das Netz hat Klaviermusik aus Jahrhunderten gelauscht und spinnt sie nun allein weiter, "
    "Sechzehntel für Sechzehntel."
)
HOME_LEAD_WHOLE = (
    "Niemand hat es je gehört. Das Netz hat Klaviermusik aus Jahrhunderten gehört und schreibt jetzt ein ganzes "
    "Stück, Note für Note, mit Teilen, die wiederkehren, und einem Schluss."
)
COMPOSE = "Ein Stück komponieren"
COMPOSE_AGAIN = "Noch eins"
COMPOSING = "Ich komponiere …"
HOME_PIECE = "Stück Nr. {seed}"
HOME_PIECE_HELP = "Dieselbe Nummer, dasselbe Stück: Merk sie dir und komm wieder, wann du willst."
HOME_NUMBER = "Das Stück mit der Nummer spielen"
HOME_MORE = "Und jetzt mach etwas Eigenes"
HOME_CARDS = (
    (
        "compose",
        ":material/piano:",
        "Komponieren",
        "Ein ganzes Stück nach Wunsch: Stimmung, Gangart, Gestalt.",
    ),
    (
        "your_piece",
        ":material/library_music:",
        "Dein Stück",
        "Nimm einen Klassiker oder bring eine MIDI-Datei mit, sieh und hör sie.",
    ),
    (
        "reconstruct",
        ":material/compare:",
        "Nachbilden",
        "Drück vier Takte in wenige Zahlen zusammen. Was kommt zurück?",
    ),
    (
        "latent_space",
        ":material/tune:",
        "Latenter Raum",
        "Dreh von Hand an diesen Zahlen und hör, wie sich die Musik wandelt.",
    ),
    (
        "interpolate",
        ":material/linear_scale:",
        "Verwandeln",
        "Geh von einem Stück zum anderen und bleib unterwegs stehen.",
    ),
    (
        "continue",
        ":material/edit_note:",
        "Fortsetzen",
        "Greif einen Akkord auf dem Klavier; das Netz spielt von dort weiter.",
    ),
    ("about", ":material/school:", "Über Koe", "Wie es geht, in einfachen Worten, und wie gut."),
)

# -- your piece --------------------------------------------------------------

YOUR_PIECE_TITLE = "Dein Stück"
YOUR_PIECE_LEAD = "Wähl die Musik, mit der du spielen willst. Sie begleitet dich auf alle Seiten."
PICK_DEMO = "Nimm einen Klassiker"
PICK_DEMO_PLACEHOLDER = "Bach, Mozart, Chopin oder Satie …"
ROLL_HELP = (
    "Jeder Balken ist eine Note: Je höher er liegt, desto höher klingt sie; je länger er ist, desto länger klingt sie. "
    "Tipp oder klick irgendwohin, um dorthin zu springen."
)
SEGMENT_TITLE = "Dein Abschnitt"
SEGMENT_LEAD = "Damit werden die Netze arbeiten, 64 Sechzehntel auf einen Blick: {name}."

# -- reconstruct -------------------------------------------------------------

RECONSTRUCT_TITLE = "Nachbilden"
RECONSTRUCT_LEAD = (
    "Jedes Netz drückt deinen Abschnitt, 5632 Ja-oder-Nein-Zahlen, in wenige zusammen, die Netze der Studie in ganze "
    "16, und versucht dann, die Musik allein daraus wieder zu schreiben. Was stimmt, hat es verstanden; was nicht "
    "stimmt, zeigt, was es für Musik hält."
)
RECONSTRUCT_ORIGINAL = "Das Original"
MODEL_IN_WORDS = {
    "ae1": "Ein tiefer Autoencoder: acht Schichten, in der Mitte 16 Zahlen.",
    "ae2": "Derselbe, doch beim Lernen waren immer wieder zufällige Teile ausgeschaltet (Dropout).",
    "pca": "Gar kein Netz: Hauptkomponenten, das Beste, was gerade Linien vermögen.",
    "ae3": "Schlag für Schlag, angeschlagene und gehaltene Tasten getrennt, in der Mitte 128 Zahlen.",
}
NUMBERS_KEPT = "Die {n} Zahlen, die es behielt"
F1, PRECISION, RECALL, MSE = "F1", "Genauigkeit", "Ausbeute", "MSE"
METRIC_HELP = {
    "f1": "Genauigkeit und Ausbeute in einer Zahl; 1 ist vollkommen.",
    "precision": "Wie viel von dem, was das Netz schrieb, im Original steht.",
    "recall": "Wie viel vom Original das Netz gefunden hat.",
    "mse": "Mittlerer quadratischer Fehler der Wahrscheinlichkeiten, vor der Schwelle; 0 ist vollkommen.",
}
VIEW = "Zeigen"
VIEWS = {"notes": "Noten", "probabilities": "Wie sicher es war"}
NUMBER_HOVER = "Zahl %{x}: %{y:.3f}"
SURE_LEGEND = "Was es beinahe gespielt hätte: Je kräftiger die Tönung, desto näher kam eine Taste der Schwelle."

# -- latent space ------------------------------------------------------------

LATENT_TITLE = "Latenter Raum"
LATENT_LEAD = (
    "Vier Takte Musik, erzählt in wenigen Zahlen. Was jede bedeutet, hat niemand bestimmt: Das Netz hat es selbst "
    "herausgefunden. Beweg eine und hör, was sie tut."
)
LATENT_FROM_SEGMENT = "Aus deinem Abschnitt"
LATENT_RANDOM_NEAR = "Zufall, wie Musik"
LATENT_RANDOM_NEAR_HELP = "Nahe bei den Zahlen echter Musik gezogen."
LATENT_RANDOM_UNIFORM = "Zufall, irgendwas"
LATENT_RANDOM_UNIFORM_HELP = "Jede Zahl gleichmäßig aus ihrem ganzen Bereich gezogen: oft weit weg von aller Musik."
LATENT_MEAN = "Mittelwert"
LATENT_MEAN_HELP = (
    "Der Mittelwert aller Musik, aus der das Netz gelernt hat. Das heißt nicht, dass es mittelmäßige Musik ist."
)
LATENT_RESET = "Alle auf null"
LATENT_PIECE = "Aus {n} Zahlen ({model})"

# -- interpolate -------------------------------------------------------------

INTERPOLATE_TITLE = "Verwandeln"
INTERPOLATE_LEAD = (
    "Zwei Stücke sind zwei Punkte im Zahlenraum des Netzes. Dazwischen liegt Musik, die von beiden etwas hat."
)
INTERPOLATE_BETWEEN = "Zwischen"
BETWEEN = {"two": "Zwei Stücke", "four": "Vier Stücke"}
INTERPOLATE_MORE = "Mehr"
ONE_KEY = "In einer Tonart"
ONE_KEY_HELP = "Verschiebt die anderen Stücke um bis zu sechs Halbtöne, damit alle die Vorzeichen des ersten haben."
PATH_WAY = "Weg zwischen ihnen"
PATH_WAYS = {"line": "Gerade", "circle": "Großkreis"}
PATH_WAY_HELP = (
    "Die Gerade führt näher an der Mitte des Raums vorbei, wo Musik durchschnittlicher ist; der Großkreis hält Abstand "
    "von ihr."
)
BLEND_BY = "Gemischt durch"
BLENDS = {"network": "Das Netz", "retold": "Nacherzählt von {writer}", "fade": "Einfaches Überblenden"}
RETOLD_CAPTION = (
    "{writer} schreibt Schritt für Schritt, wie es ein Stück fortsetzen würde, und hört bei jeder Taste auf das, was "
    "{model} vorschwebt. So halten Akkorde und Rhythmen zusammen; anderer Startwert, andere Musik."
)
FADE_CAPTION = (
    "Ohne Netz: Noten beider Stücke, durch Zufall gezogen, von jedem umso mehr, je näher es ist. Daran misst sich der "
    "Weg des Netzes."
)
DISTANCES = "Wie weit von jedem Ende?"
DISTANCES_WORDS = {"from": "von {name}", "fade": "überblendet, von {name}", "hover": "%{x:.0%} des Wegs: %{y:.2f}"}
DISTANCES_CAPTION = (
    "0: alle Noten gemeinsam, 1: keine. Das Überblenden (gepunktet) hat immer nur die Noten seiner Enden; das Netz "
    "verlässt beide und schreibt andere. Was es aus einem Ende macht, weicht schon am Anfang davon ab."
)
CORNERS = ("Oben links", "Oben rechts", "Unten links", "Unten rechts")
SQUARE_LABEL = "Punkt zwischen den vier Stücken"
SQUARE_HINT = "Zieh die Scheibe oder tipp eine Stelle an: je näher eine Ecke, desto mehr von ihrem Stück."
SQUARE_TITLE = "Zwischen vier Stücken"
INTERPOLATE_FIRST = "Von"
INTERPOLATE_SECOND = "Nach"
CURRENT_PIECE = "Dein Stück: {title}"
INTERPOLATE_BLEND = "Wie weit auf dem Weg"
INTERPOLATE_BLEND_HELP = "0 ist, was das Netz aus dem ersten Abschnitt macht, 1, was aus dem zweiten."
INTERPOLATE_HEARD = "Hier, nach {percent} % des Wegs"
INTERPOLATE_PATH = "Der ganze Weg als ein Stück"
INTERPOLATE_STEPS = "Stationen auf dem Weg"
INTERPOLATE_STEPS_HELP = "Jede Station ist ein Abschnitt von vier Takten; die erste und die letzte sind die Stücke."
INTERPOLATE_TITLE_BLEND = "{first} und {second}, {percent} Prozent"
INTERPOLATE_TITLE_FADE = "{first} und {second}, überblendet, {percent} Prozent"
INTERPOLATE_TITLE_RETOLD = "{first} und {second}, nacherzählt, {percent} Prozent"
INTERPOLATE_TITLE_RETOLD_PATH = "Von {first} nach {second}, nacherzählt"
INTERPOLATE_TITLE_FADED_PATH = "Von {first} nach {second}, überblendet"
INTERPOLATE_TITLE_PATH = "Von {first} nach {second}"

# -- continue ----------------------------------------------------------------

FILL_TITLE = "Ergänzen"
FILL_LEAD = (
    "Nimm ein paar Takte aus einem Stück heraus oder lass nur seine Melodie stehen, und ein Netz sucht, was dort "
    "hingehört. Es schreibt aus dem, was davor steht, auf das zu, was danach kommt. Was du behältst, bleibt Note für "
    "Note, wie es ist."
)
FILL_TASK = "Was fehlt"
FILL_TASKS = {"gap": "Eine Lücke", "harmony": "Harmonien zur Melodie"}
FILL_MEASURES = "Takte zum Ergänzen"
FILL_MELODY_MEASURES = "Takte der Melodie"
FILL_WHERE = "Takte {first} bis {last}; der Regler darüber verschiebt sie."
FILL_HAND = "Hand"
FILL_HANDS = {"both": "Beide", "left": "Links", "right": "Rechts"}
FILL_GO = "Vier Lösungen suchen"
FILLING = "Ich suche, was passt …"
FILLING_NUMBER = "Lösung {number}"
FILL_LEGEND = "Jede Lösung neben dem, was vorher dort stand. Dieselbe Startzahl findet dieselben vier."
FILL_USE = "Dieses Stück nehmen"

CONTINUE_TITLE = "Fortsetzen"
CONTINUE_LEAD = (
    "Dieses Netz hat ein Gedächtnis. Es hört, was vorher war, sagt, wie wahrscheinlich jede der 88 Tasten als nächste "
    "ist, spielt und hört sich selbst dabei zu."
)
START = "Beginnen mit"
STARTS = {"chord": "Akkord", "play": "Vorspielen", "segment": "Abschnitt", "nothing": "Nichts"}
CHORD_LABEL = "Dein Akkord"
CHORD_HELP = "Tipp Tasten auf dem Klavier an oder schreib Notennamen wie C4 Es4 G4 H4."
CHORD_EMPTY = "Tipp erst ein paar Tasten an oder beginn mit nichts."
CHORDS = {
    "c-major": "C-Dur",
    "a-minor": "a-Moll",
    "g-seventh": "G-Septakkord",
    "d-minor": "d-Moll",
    "one-note": "Ein Ton",
}
STEPS = "Länge in Sechzehnteln"
STEPS_HELP = "16 sind ein Takt im 4/4-Takt."
STEPS_IN_WORDS = "{measures}, {length} Min."
WAY = "Wie es entscheidet"
WAYS = {"toss": "Münzwurf", "threshold": "Schwelle"}
WAY_HELP = (
    "Münzwurf: Jede Taste klingt so oft, wie das Netz es für wahrscheinlich hält. "
    "Schwelle: Jede Taste klingt, bei der das Netz sicher genug ist."
)
TEMPERATURE = "Temperatur"
TEMPERATURE_HELP = "Unter 1 geht das Netz auf Nummer sicher, über 1 wagt es mehr; weit über 1 wird es Lärm."
VARIATIONS = "Varianten"
CONTINUE_GO = "Fortsetzen"
CONTINUE_STOP = "Anhalten"
CONTINUING = "Ich schreibe … {done} von {total} Sechzehnteln"
VARIATION = "Variante {number}"
CONTINUE_EMPTY = (
    "Diesmal hat das Netz nur Stille geschrieben. Eine andere Startzahl, eine höhere Temperatur oder eine niedrigere "
    "Schwelle hilft."
)
CONTINUE_COLORS = "Tintenfarben ist, was es gehört, zinnoberrot, was es geschrieben hat."

# -- about -------------------------------------------------------------------

ABOUT_TITLE = "Über Koe"
ABOUT_LEAD = (
    "*Koe* ist Japanisch für Stimme. Es macht klassische Klaviermusik mit neuronalen Netzen, die klein genug für "
    "deinen eigenen Rechner sind, und lässt dich hineinschauen."
)
ABOUT_ROLL_TITLE = "Musik als Bild"
ABOUT_ROLL = (
    "Die Netze sehen Musik als **Pianoroll**, wie die Walze eines selbstspielenden Klaviers: eine Spalte für jedes "
    "Sechzehntel, eine Zeile für jede der 88 Tasten, und in jedem Feld eine 1, wenn die Taste klingt, und eine 0, wenn "
    "nicht. Vier Takte im 4/4-Takt sind 64 Spalten: 64 × 88 = 5632 Zahlen. Wie kräftig eine Taste angeschlagen wird "
    "und wie das Tempo leise schwankt, bleibt weg."
)
ABOUT_AUTOENCODER_TITLE = "Ein Engpass, der verstehen muss"
ABOUT_AUTOENCODER = (
    "Ein **Autoencoder** lernt abzuschreiben. Das wäre leicht, wenn er in der Mitte nicht so eng wäre: Nur wenige "
    "Zahlen dürfen hindurch. Um daraus wieder vier Takte zu schreiben, muss er finden, was Musik gemeinsam hat: "
    "Akkorde, Lagen, Rhythmen. Hat er gelernt, so geben beliebige solche Zahlen vier Takte, und durch den Raum "
    "zwischen zwei Stücken kann man spazieren gehen. Welche Zahlen ein Stück von dir hat, sagt der Encoder auf einen "
    "Blick; einige Schritte bergab machen sie dann noch passender. "
    "**AE1** ist der schlichte; **AE2** lernte mit *Dropout*, immer wieder mit zufällig ausgeschalteten Teilen, damit "
    "er sich auf nichts zu sehr verlässt; **PCA** ist das alte lineare Verfahren, das beide schlagen müssen."
)
ABOUT_BELOW = "Dieselben vier Takte als {n} Zahlen, und was {model} daraus schreibt:"
ABOUT_LSTM_TITLE = "Ein Netz mit Gedächtnis"
ABOUT_LSTM = (
    "**LSTM1** liest die Rolle Spalte für Spalte. Seine Zellen bewahren eine Erinnerung, die sie bei jedem Schritt "
    "behalten, ändern oder vergessen können. Nach jeder Spalte sagt es für alle 88 Tasten, wie wahrscheinlich sie als "
    "nächste klingen. Dann wird für jede Taste mit dieser Chance eine Münze geworfen, oder es klingen alle Tasten über "
    "einer Schwelle; und es hört seiner eigenen Antwort zu. Die **Temperatur** macht die Münze gerechter oder "
    "gezinkter. Von Tonleitern, Akkorden oder Händen hat ihm niemand erzählt."
)
ABOUT_LSTM2 = (
    "**LSTM2** gibt jeder Taste ein eigenes Gedächtnis und allen Tasten dieselben Gewohnheiten, sodass es in Fis kann, "
    "was es in C gelernt hat. Es weiß, wo im Takt es ist, unterscheidet eine neu angeschlagene Taste von einer "
    "gehaltenen und findet die Töne eines Akkords nacheinander, jeder in Kenntnis derer unter ihm. So kann es auch "
    "eine Lücke füllen, die du lässt."
)
ABOUT_AE3 = (
    "**AE3** nimmt vier Takte Schlag für Schlag auf, trennt angeschlagene von gehaltenen Tasten und hat 128 Zahlen, um "
    "davon zu erzählen: sechzehn für das Ganze, die auch allein genügen, und sieben für jeden Schlag. Es hört jedes "
    "Stück in einer Tonart; die erste Zahl sagt, um wie viele Halbtöne es verschoben wurde."
)
ABOUT_LIMITS_TITLE = "Was es nicht kann"
ABOUT_LIMITS = (
    "Es hat keinen Plan über das hinaus, woran es sich erinnert, und so schweifen die Stücke umher. Alles ist gleich "
    "laut. Manchmal bleibt es an einem Ton hängen, verstummt oder bricht in Lärm aus; dann helfen die Startzahl, die "
    "Temperatur und die Schwelle. Und ein Netz, das aus einer kleinen Bibliothek gelernt hat, wiederholt vielleicht "
    "Stellen daraus: Nimm, was es schreibt, als Einladung zum Spielen, nicht als Beweis von Erfindungskraft."
)
ABOUT_MODELS_TITLE = "Wie sie gelernt haben und wie gut sie sind"
ABOUT_MODELS = (
    "Jedes Netz ist in jedem Stadium seines Lernens zu hören, von der ersten Stille oder dem ersten Lärm an. Daneben "
    "steht, was seine Werte wert sind: die von Stille, vom Durchschnitt aller Rollen, vom Wiederholen des letzten "
    "Schritts und die der Studie."
)
ABOUT_MODELS_LINK = "Die Modelle"
ABOUT_PAPER_TITLE = "Woher es kommt"
ABOUT_PAPER = (
    "Koe folgt der Studie *Classical Music Generation with Neural Networks*: dasselbe Raster, dieselben drei Netze mit "
    "ebenso vielen einstellbaren Zahlen, dieselben zwei Wege von der Wahrscheinlichkeit zu Noten und dasselbe "
    "Textformat. "
    "Neu sind: Gewichte, die mit frei lizenzierten Noten frisch gelernt und auf zurückgelegten Stücken an "
    "einfachen Verfahren gemessen sind; ein Fortsetzen, das mit der Länge des Stücks nicht langsamer wird; und diese "
    "Seiten anstelle eines Programms zum Installieren."
)
ABOUT_LICENCE_TITLE = "Lizenzen"
ABOUT_LICENCES = (
    "Koes Code ist freie Software unter der MIT-Lizenz. Die mitgelieferten Stücke sind gemeinfrei, ihre Eingabe steht "
    "unter CC0. "
    "Aufnahmen, wo sie gehört werden können, hört das Netz von basic-pitch (Spotify, Apache 2.0). "
    "Was du hier machst, gehört dir, soweit einem gehören kann, was ein Netz geschrieben hat."
)
ABOUT_SOUND_TITLE = "Der Klang"
ABOUT_SOUND = "Gespielt von **{engine}** mit den Klängen aus **{soundfont}**."
ABOUT_SOUND_GRAND = (
    "Gespielt von **{engine}** auf einem Konzertflügel: dem *Salamander Grand Piano*, einem Yamaha C5, aufgenommen von "
    "Alexander Holm, unter [CC BY 3.0](https://creativecommons.org/licenses/by/3.0/). Von seinen sechzehn "
    "Lautstärkestufen sind hier fünf, geschnitten, im Pegel angeglichen und neu kodiert."
)
ABOUT_SOUND_ALONE = "Gespielt von **{engine}**, das ohne fremde Klänge auskommt."
