"""Was die Seiten über das Spielen dessen sagen, was geschrieben steht."""

PLAYING = "Wie es gespielt wird"
WAYS = {"written": "Wie notiert", "played": "Gespielt"}
OWN_WAYS = {"written": "Auf seine Art", "played": "Vom Pianisten"}
MORE = "Mehr"
AMOUNT = "Wie sehr"
AMOUNT_HELP = (
    "1 ist so, wie der Pianist zu spielen gelernt hat; weniger bleibt näher an den Noten, mehr macht Leises leiser, "
    "Lautes lauter und Zögern länger."
)
READING = "Lesart"
READING_HELP = "Keine zwei Lesarten eines Stücks gleichen sich. Dieselbe Zahl gibt wieder dieselbe."
TEACHER = "Der Pianist ist ein Netz. Sein Lehrer hat Aufführungen von Hand geformt, Note für Note, in einem Sequenzer."
MIDI = {"played": "MIDI, wie es gespielt wird", "written": "MIDI, wie es notiert ist"}
MARKS = "Mit Dynamik, Ritardandi und Pedal"
MARKS_HELP = "Schreibt in die Noten, wie der Pianist spielt: wie laut, wo langsamer und wann das Pedal unten ist."
