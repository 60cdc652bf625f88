"""German for `koe.web.texts.continuing`: the same names, the same ``{...}``."""

CONTINUE_TITLE = "Fortsetzen"
CONTINUE_LEAD = (
    "Dieses Netz hat ein Gedächtnis. Es hört, was vorher war, sagt, wie wahrscheinlich jede der 88 Tasten als nächste "
    "ist, spielt und hört sich selbst dabei zu."
)
START = "Beginnen mit"
STARTS = {"chord": "Akkord", "play": "Vorspielen", "segment": "Dein Stück", "nothing": "Nichts"}
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
LENGTH = "Wie lang"
STEPS = "Länge in Sechzehnteln"
STEPS_HELP = "16 sind ein Takt im 4/4-Takt."
STEPS_IN_WORDS = "{measures}, {length} Min."
WAY = "Wie es entscheidet"
WAYS = {"toss": "Münzwurf", "threshold": "Schwelle"}
WAY_HELP = (
    "Münzwurf: Jede Taste klingt so oft, wie das Netz es für wahrscheinlich hält. "
    "Schwelle: Jede Taste klingt, bei der das Netz sicher genug ist."
)
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

SURPRISE = "Überrasch mich"
SURPRISE_HELP = (
    "Akkord, Temperatur und Startzahl nach Zufall; sie bleiben sichtbar, damit du von ihnen aus weitermachen kannst."
)
MORE = "Mehr"
TOP_P = "Unwahrscheinliches weglassen"
TOP_P_HELP = (
    "Bei 1 darf alles geschehen, was das Netz für möglich hält. Bei 0.95 geschieht nicht, was es für seltener als eins "
    "zu zwanzig hält, und was ihm so sicher ist, geschieht (Top-p)."
)
DENSITY = "Mehr Noten oder weniger"
DENSITY_HELP = "Über 0 werden Tasten öfter angeschlagen, unter 0 seltener."
HOLDING = "Längere Noten oder kürzere"
HOLDING_HELP = "Über 0 werden Tasten länger gehalten, unter 0 früher losgelassen."
GUARD = "Darauf achtgeben"
GUARD_HELP = (
    "Wo der Zufall das Netz in Stille, einen hängenden Ton oder einen Tastenschwall führt, wird für diese vier Takte "
    "neu geworfen."
)
REDRAWN = "{measures} neu geworfen: {fault}."
REDRAWN_IN = "Variante {number}, {measures} neu geworfen: {fault}."
FAULTS = {
    "silence": "die Münze hatte in die Stille geführt",
    "stuck": "eine Taste war hängen geblieben",
    "burst": "zu viele Tasten waren zugleich gekommen",
}
ANSWERING_HINT = (
    "Spiel irgendwelche Tasten, ohne Metronom: Sobald du aufhörst, antwortet das Netz mit dem im Sinn, "
    "was du gespielt hast."
)
TAKEN_UP = "Dein Motiv kehrt in den ersten vier Takten der Antwort wieder: {share:.0%} seiner Töne."
NOT_TAKEN_UP = (
    "Die Antwort geht eigene Wege: Höchstens {share:.0%} der Töne deines Motivs kehren in ihren ersten Takten wieder."
)
VIEW = "Zeigen und mitnehmen"
VIEWS = {"whole": "Das ganze Stück", "part": "Nur das Neue"}
GO_ON = "Weiter"
GO_ON_FROM = "Ab welchem Takt"
GO_ON_HELP = "Was vor diesem Takt steht, bleibt; von da an schreibt das Netz neu."
GO_ON_END = "Vom Ende an weiter"
GO_ON_BAR = "Ab Takt {measure} neu schreiben"
TAKES = "Fassungen ({n})"
TAKES_HINT = "Alles, was bei diesem Besuch geschrieben wurde. Was eine andere Fassung fortsetzt, steht unter ihr."
TAKE_NAMES = (
    "Reiher", "Laterne", "Birke", "Hafen", "Glut", "Wiese",
    "Schwalbe", "Weide", "Kiesel", "Distel", "Leuchtturm", "Obstgarten",
    "Drachen", "Brücke", "Schneefall", "Kerze", "Ahorn", "Klee",
    "Eule", "Bach", "Hügel", "Wolke", "Brunnen", "Zaunkönig",
)  # fmt: skip
TAKE = "{name} – {measures}"
TAKE_FROM = "ab Takt {bar}: {take}"
