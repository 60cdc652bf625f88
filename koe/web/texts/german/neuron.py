"""Was die Seite „Ein Neuron, eine Schicht“ sagt, auf Deutsch."""

NEURON_TITLE = "Ein Neuron, eine Schicht"
NEURON_LEAD = (
    "**Ein Neuron gewichtet, was es hört, zählt es zusammen und biegt die Summe; viele können sagen, was eines nicht "
    "kann.**"
)
NEURON_MORE = (
    "C und G klingen immer. Zwei weitere Tasten können dazukommen, Es und E, und nach diesen beiden wird das Netz "
    "gefragt. Ein Neuron nimmt jede Eingabe mit einem *Gewicht* mal, zählt einen *Bias* dazu und biegt die Summe mit "
    "seiner *Aktivierungsfunktion*. Das Quadrat zeigt seine Antwort, wie laut die beiden auch sind: rot für Ja, blau "
    "für Nein. Die vier Marken sind, was es lernen soll, Kreise für Ja, Quadrate für Nein. Tippe ins Quadrat, um zu "
    "sehen, was jede Zelle dort sagt.\n\n"
    "Ist es ein Dreiklang? Mit Es ist es Moll, mit E ist es Dur; mit keinem oder mit beiden ist es keiner. Ein "
    "Neuron zieht eine Gerade, und keine Gerade hat diese zwei Ecken auf der einen Seite und jene zwei auf der "
    "anderen. Eine Schicht von vieren zieht vier Geraden, und ein weiteres Neuron setzt sie zusammen. Nimm ein "
    "Neuron allein und stell seine Gewichte von Hand ein: Auch du wirst keine finden, mit denen es geht."
)
NEURON = {
    "lesson": "Ein Neuron oder ein paar, und zwei Tasten",
    "picture": "Was das Netz antwortet, wie laut zwei Tasten auch sind, seine Zellen und Gewichte, und wie sein "
    "Fehler sinkt.",
    "task": "Die Frage",
    "task-both": "Klingen beide?",
    "task-either": "Klingt eine davon?",
    "task-triad": "Ist es ein Dreiklang?",
    "hidden": "Neuronen dazwischen",
    "hidden-0": "Keine: eines allein",
    "hidden-2": "Zwei",
    "hidden-4": "Vier",
    "hidden-8": "Acht",
    "activation": "Aktivierungsfunktion",
    "activation-sigmoid": "Sigmoid",
    "activation-tanh": "Tanh",
    "activation-relu": "ReLU",
    "activation-elu": "ELU",
    "rate": "Lernrate",
    "first": "Gewicht von Es",
    "second": "Gewicht von E",
    "bias": "Bias",
    "case-0": "keine",
    "case-1": "Es",
    "case-2": "E",
    "case-3": "beide",
    "one": "wie laut Es ist",
    "other": "wie laut E ist",
    "key-0": "Es",
    "key-1": "E",
    "error": "Fehler (mittleres Quadrat)",
    "epochs": "Epochen",
    "epoch": "Epoche",
    "right": "Richtig",
    "here": "Am Kreuz",
    "told": "Probier weniger Neuronen oder eine andere Aktivierungsfunktion; bei jedem neuen Anfang sind die ersten "
    "Gewichte andere.",
    "told-works": "Vier Neuronen dazwischen genügen: Jedes zieht eine Gerade, und zusammen zäunen sie ein, was ein "
    "Dreiklang ist.",
    "told-fails": "Ein Neuron allein bekommt nie alle vier richtig: Wie seine Gewichte auch sind, die Grenze "
    "zwischen Ja und Nein ist eine Gerade.",
    "told-why": "Auf die Frage, ob beide klingen, genügt ein Neuron, denn eine Gerade trennt diese Ecke von den "
    "anderen. Dreiklänge liegen nicht am Ende einer Geraden: Sie sind ein Entweder-oder.",
}
LAYERS_TITLE = "Viele Schichten, und wie sie anfangen"
LAYERS_LEAD = (
    "Deine Takte gehen durch acht Schichten, deren Gewichte eben erst gezogen sind; gelernt ist noch nichts. Sind "
    "die Gewichte zu klein, sagt jede Schicht weniger als die davor, und die letzte sagt von aller Musik dasselbe. "
    "Sind sie zu groß, stehen Zellen, die nur von −1 bis 1 gehen können, an ihren Enden, wo ihre Steigung fast "
    "nichts ist. Glorots Regel hält beides in der Mitte, auf dem Hinweg und auf dem Rückweg; die Autoencoder der "
    "Studie fangen damit an."
)
LAYERS = {
    "lesson": "Acht Schichten, die noch nichts gelernt haben",
    "picture": "Was die Zellen von acht Schichten von deinen Takten sagen, und wie weit das von Schicht zu Schicht "
    "auseinanderliegt.",
    "times": "Größe der Gewichte nach Glorots Regel",
    "kind": "Aktivierungsfunktion",
    "kind-tanh": "Tanh",
    "kind-sigmoid": "Sigmoid",
    "kind-relu": "ReLU",
    "kind-elu": "ELU",
    "histograms": "Was die Zellen jeder Schicht sagen: blau bei allen Schritten, rot jetzt",
    "spread": "Streuung (blau), Steigung (rot)",
    "depth": "Schicht",
    "first": "Streuung in der ersten Schicht",
    "last": "In der letzten",
    "slope": "Steigung, die bei der ersten Schicht ankommt",
    "told": "Die Steigung ist an der der letzten Schicht gemessen. Wo beide Linien eben bleiben, können alle "
    "Schichten lernen.",
    "told-works": "Glorots Regel: Noch in der letzten Schicht ist das Gesagte von Schritt zu Schritt verschieden, "
    "und jede Schicht erfährt von einem Fehler.",
    "told-fails": "Weniger als halb so groß, und was die Schichten sagen, schrumpft zu nichts; was die ersten "
    "Schichten von einem Fehler erfahren, schrumpft mit, und sie würden kaum lernen.",
    "told-why": "Viermal so groß: Die Zellen mit tanh stehen bei −1 oder 1. Dort ist die Steigung klein, und ändert "
    "man ein Gewicht, so ändert sich nichts; auf dem Rückweg sind die Steigungen von Schicht zu Schicht irgendwie.",
}
