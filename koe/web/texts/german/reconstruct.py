"""German for `koe.web.texts.reconstruct`: the same names, the same ``{...}``."""

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
    "ae4": "Die 128 Zahlen von AE3, Schritt für Schritt geschrieben; jede Taste weiß, was eben klang.",
}
FOUND = "**{found}** von {total} kehren wieder."
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
