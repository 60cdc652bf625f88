"""German for `koe.web.texts.fill`: the same names, the same ``{...}``."""

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
FILL_HAND = "Hand"
FILL_HANDS = {"both": "Beide", "left": "Links", "right": "Rechts"}
FILL_GO = "Vier Lösungen suchen"
FOUR_OTHERS = "Vier andere suchen"
FILLING = "Ich suche, was passt …"
FILLING_NUMBER = "Lösung {number}"
FILL_LEGEND = "Jede Lösung neben dem, was vorher dort stand."
FILL_VIEW = "Zeigen und mitnehmen"
FILL_VIEWS = {"whole": "Das ganze Stück", "part": "Nur das Neue"}
