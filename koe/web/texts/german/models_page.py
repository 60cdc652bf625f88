"""German for `koe.web.texts.models_page`: the same names, the same ``{...}``."""

MODELS_TITLE = "Modelle"
MODELS_LEAD = "Niemand hat diesen Netzen Musik beigebracht. Wähl eines und hör, wie es selbst dahinterkam."
MODELS_FACTS = ("{parameters} einstellbare Zahlen", "{epochs}", "{minutes} Lernzeit")
NO_RECORD = (
    "Niemand hat aufgezeichnet, wie {model} lernte, darum gibt es davon nichts zu hören oder zu sehen; hier ist, was "
    "daraus wurde."
)
TABS = {
    "playing": "Beim Lernen zuhören",
    "evolution": "Beim Lernen zuhören",
    "curves": "Lernkurven",
    "weights": "Seine Gewichte",
    "mirror": "Nachbildung",
    "figures": "Wie gut ist es?",
    "card": "Steckbrief",
}
DESCRIPTIONS: dict[str, str] = {
    "ae1": "Zwängt vier Takte durch sechzehn Zahlen und faltet sie wieder auf.",
    "ae2": "AE1, mit Dropout gelernt: Es musste zurechtkommen, während ein Teil seiner Neuronen fehlte.",
    "pca": "Der schlichte, gerade Weg zu sechzehn Zahlen, zum Vergleich: kein Netz, kein Lernen in Epochen.",
    "lstm1": "Liest ein Stück Schritt für Schritt, erinnert sich und sagt, welche Tasten als nächste kommen können.",
    "tr1": "Schreibt Note für Note, behält das ganze Stück, bringt Takte wieder und kommt von selbst zum Schluss.",
    "lstm2": "Gibt jeder Taste ein eigenes Gedächtnis, kennt die Zeit im Takt und zieht einen Akkord Ton für Ton.",
    "pn1": "Spielt Noten: wie laut und lang jeder Ton ist, wo das Tempo nachgibt und wann das Pedal getreten wird.",
    "ae4": "Nimmt vier Takte auf wie AE3 und schreibt sie der Reihe nach; so ist auch Musik, was dazwischenliegt.",
    "ae3": "Nimmt vier Takte Schlag für Schlag, hält Angeschlagenes und Gehaltenes getrennt und faltet sie wieder auf.",
}

# -- hear it learn -------------------------------------------------------------

EPOCH, EPOCH_ZERO, EPOCH_CHOSEN = "Epoche {epoch}", "vor dem Lernen", "Epoche {epoch}, die behaltene"
AT_EPOCH = "bei Epoche {epoch}"
EVOLUTION_LEAD = {
    "latent": (
        "Eine Epoche ist eine Runde durch alle Stücke zum Lernen. Nach jeder musste das Netz dieselben vier Takte aus "
        "seinen wenigen Zahlen wieder schreiben."
    ),
    "continuation": (
        "Eine Epoche ist eine Runde durch alle Stücke zum Lernen. Nach jeder bekam das Netz denselben Akkord und "
        "spielte von dort weiter."
    ),
}
EVOLUTION_SLIDER = "Zieh dich durch seine Lernzeit"
EVOLUTION_HELP = {
    "latent": (
        "Die Studie sah ihre Autoencoder mit Stille beginnen, dann nur das eingestrichene C spielen, dann Akkorde "
        "darum herum, dann Melodien. Ist es hier auch so?"
    ),
    "continuation": (
        "Die Studie sah ihr Netz mit Noten beginnen, die über das ganze Klavier verstreut waren, und lernen, was nicht "
        "hineingehört, wegzulassen. Ist es hier auch so?"
    ),
}
EVOLUTION_ORIGINAL = "Was es bekam"
EVOLUTION_MADE = "Was es schrieb, {epoch}"
EVOLUTION_GIVEN = "Tintenfarben ist der Akkord, den es bekam, zinnoberrot, was es schrieb."
EVOLUTION_NOTHING = "**Stille.** Keine einzige Taste klingt."
EVOLUTION_ONE_KEY = "**Nur eine Taste:** {key}, in {notes}."
EVOLUTION_KEYS = "**{notes} auf {keys}**, von {lowest} bis {highest}, im Mittel {at_once} zugleich."
EVOLUTION_FOUND = "Vom Original hat es {recall} gefunden, und {precision} von dem, was es spielt, stimmt."
EVOLUTION_NOISE = "Das ist Lärm: So viele Finger hat niemand."
EVOLUTION_SILENCE = "Es verstummt: {measures} lang."
EVOLUTION_STUCK = "Es hält eine Taste fest: {measures} lang."
JOURNEY = "**Worauf du achten kannst:** {journey}"
JOURNEY_SILENT = "Es bleibt die ganze Zeit still."
JOURNEY_SILENT_BEFORE, JOURNEY_SILENT_UNTIL = "Stille vor dem Lernen", "Stille bis Epoche {epoch}"
JOURNEY_ONE_KEY = "nur {key} {at_epoch}"
JOURNEY_KEYS = "{keys} {at_epoch}, etwa {at_once} zugleich"
JOURNEY_FOUND = "{keys} {at_epoch}, dabei {recall} des Originals gefunden"

# -- hear it learn to play -----------------------------------------------------

PLAYING_LEAD = (
    "Jedes Mal dieselben Noten, und was jemand beim Spielen daraus macht. Das Netz lernte, Schritt für Schritt an "
    "wenigen Stellen, wie sein Lehrer andere Stücke spielt; diese drei hat es nie gehört."
)
PLAYING_PIECE, PLAYING_SLIDER = "Stück", "Vom Notenblatt bis zum Lehrer ziehen"
PLAYING_HELP = (
    "Was das Netz an jedem Punkt von gutem Spiel erwartet, ohne den Zufall einer Lesart. Der letzte Punkt ist das "
    "Netz, das in Koe spielt; die davor stammen von einem zweiten Lernen nach demselben Rezept."
)
PLAYING_WRITTEN, PLAYING_RULES, PLAYING_TEACHER = "wie geschrieben", "einfache Regeln", "der Lehrer"
PLAYING_UPDATES, PLAYING_SHIPPED = "nach {n} Schritten", "nach {n} Schritten, wie in Koe"
PLAYING_IS_WRITTEN = "**Wie es dasteht:** eine Lautstärke, ein Tempo, kein Pedal."
PLAYING_IS_TEACHER = "**So spielt es der Lehrer**, von Hand in einem Sequenzer geformt."
PLAYING_LIKENESS = (
    "**Dem Lehrer ähnlich** in diesem Ausschnitt: Lautstärke {loudness}, Tempo {tempo} (Korrelation; 1 ist gleich)."
)
PLAYING_VALID = (
    "Bei ganzen Stücken, von denen es nicht lernte: Lautstärke {velocity}, Tempo {tempo}, Pedal {pedal} (F1; 1 ist "
    "gleich)."
)
PLAYING_CURVES = {
    "loudness": "Lautstärke jedes Schlags (Anschlag, 1 bis 127)",
    "tempo": "Tempo jedes Schlags (1 ist der Median)",
}
PLAYING_ALT = "{title}, Takt für Takt, in {piece}: Lehrer, Netz und Regeln"
PLAYING_CREDIT = (
    "Anfänge von Einspielungen von Bernd Krueger, [piano-midi.de](http://www.piano-midi.de), "
    "[CC BY-SA 3.0 DE](https://creativecommons.org/licenses/by-sa/3.0/de/deed.de); von Regeln und Netz wie gesagt "
    "verändert."
)

# -- learning curves -----------------------------------------------------------

CURVES_LEAD = (
    "Nach jeder Epoche wurde das Netz an drei Gruppen von Stücken gemessen: **Lernen**, aus denen es lernt; "
    "**Auswahl**, die entscheiden, wann es am besten ist; **Prüfung**, die nichts entscheiden."
)
CURVES = {"mse": "Fehler (MSE), niedriger ist besser", "binary_accuracy": "Felder richtig, höher ist besser"}
CURVE_NAMES = {"train": "Lernen", "valid": "Auswahl", "test": "Prüfung", "chosen": "die behaltene Epoche"}
EPOCHS_AXIS = "Epoche"
CURVES_NONE = "Das wurde nicht aufgezeichnet."
CURVES_ALT = "{title}: {model} über seine Epochen"
CURVES_LOSS = "Was beim Lernen sinken sollte: {loss}"
CURVES_LOSS_HELP = "Behalten wird die Epoche, in der dies auf den Stücken der Auswahl am niedrigsten ist."
LOSSES = {"mse": "mittlerer quadratischer Fehler", "binary_crossentropy": "binäre Kreuzentropie"}
CURVES_CHOSEN = "Behalten wurde Epoche **{chosen}** von {epochs}, die beste bei der Auswahl."
CURVES_KEPT = "Behalten wurde Epoche **{chosen}** von {epochs}."
CURVES_TO_THE_END = "Es wurde bis zum Schluss besser."
CURVES_OVERFITTING = (
    "Danach lernte das Netz seine eigenen Stücke auswendig: besser bei ihnen, schlechter bei allen anderen "
    "(Überanpassung)."
)
CURVES_LEVEL = "Danach wurde die Auswahl nicht mehr besser."

# -- its weights ---------------------------------------------------------------

WEIGHTS_LEAD = (
    "Alles, was ein Netz weiß, steckt in seinen Gewichten. Jeder Hügel zeigt, welche Werte die Gewichte einer Schicht "
    "nach einer Epoche haben."
)
WEIGHTS_LAYER = "Schicht"
WEIGHTS_LETTERS = {
    "latent": (
        "E: Encoder, von außen nach innen. B: Engpass. D: Decoder, von innen nach außen; bei AE1 und AE2 an den "
        "Encoder gebunden. AE3 hat außerdem S und T, einen Stapel für das ganze Segment, mit denselben Gewichten "
        "hinein und heraus."
    ),
    "continuation": (
        "L: Schichten mit Gedächtnis (LSTM). D: die letzte Schicht, die sagt, wie wahrscheinlich jede Taste ist."
    ),
    "composition": "B: Blöcke mit Aufmerksamkeit. T, P und D: was sagt, wann eine Note beginnt, welche, und wie lang.",
}
VARIABLES = {"kernel": "Gewichte", "recurrent_kernel": "Gewichte des Gedächtnisses", "bias": "Schwellenwerte"}
WEIGHTS_SPREAD = "{n}, gestreut um {first} {begin} und um {last} {end}: {change}."
WEIGHTS_APART, WEIGHTS_TOGETHER = (
    "das Lernen zog sie auseinander",
    "das Lernen rückte sie zusammen",
)
WEIGHTS_SAME = "das Lernen änderte an der Streuung kaum etwas"
WEIGHTS_LEGEND = (
    "Die erste Epoche hinten, die letzte vorn; zinnoberrot die behaltene. Alle Hügel sind gleich hoch gezeichnet. "
    "Die Streuung ist die Standardabweichung."
)
WEIGHTS_ALT = "Verteilungen von {layer} in {model}, Epoche für Epoche"

# -- reconstruction ------------------------------------------------------------

MIRROR_LEAD = "Ein Abschnitt aus deinem Stück, und was {model} daraus macht."
MIRROR_MORE = "Alle Modelle nebeneinander"

# -- how good is it ------------------------------------------------------------

FIGURES_LEAD = {
    "latent": "Vier Takte aus wenigen Zahlen wieder schreiben: Wie nah kommt es bei Stücken, die es nie gesehen hat?",
    "continuation": "Sagen, welche Tasten als nächste kommen: Wie gut trifft es bei Stücken, die es nie gesehen hat?",
    "composition": "Fremde ganze Stücke Sechzehntel für Sechzehntel vorhersagen: Wie überrascht ist es?",
    "performance": "Noten spielen, die es nie gesehen hat: Wie ähnlich ist sein Spiel dem seines Lehrers?",
}
FIGURES_COLUMN = "Bei den Stücken der Prüfung"
FIGURES_COLUMNS = {"mse": "Fehler (MSE)", "f1": "F1", "binary_accuracy": "Felder richtig"}
FIGURES_COLUMNS_COMPOSING = {"nats_a_step": "Überraschung (Nats je Sechzehntel)"}
FIGURES_COLUMNS_PERFORMING = {"velocity": "Lautstärke", "tempo": "Tempo", "pedal": "Pedal"}
FIGURES_TRAINING = ("Epochen", "Einstellbare Zahlen")
FIGURES_EPOCHS = "{kept} von {trained}"
FIGURES_PAPER = "{model} in der Studie ◊"
FIGURES_SOURCE = "{model}: {source}; Verlust auf seinen Stücken zum Lernen {loss}."
FIGURES_SOURCE_ALONE = "{model}: {source}."
FIGURES_BELOW = "unter {value}"
BASELINES = {
    "zeros": "Stille",
    "mean": "Der Durchschnitt aller Rollen",
    "pca": "PCA mit 16 Komponenten",
    "repeat": "Den letzten Schritt wiederholen",
    "markov": "Taste für Taste (Markow-Kette)",
    "flat": "Wie geschrieben",
    "average": "Gleichmäßig, mit Pedal",
    "rules": "Nach einfachen Regeln",
}
FIGURES_NOTE = (
    "◊ Von der Studie an ihren eigenen Daten gemessen, die niemand bekommen kann. Andere Stücke sind schwerer oder "
    "leichter, darum sagen diese Zeilen nichts darüber, welches Netz besser ist."
)
FIGURES_HOW = "Was das heißt"
FIGURES_HOW_TEXT = (
    "**Fehler (MSE)**: wie weit die Sicherheit des Netzes von dem abweicht, was klingt, ins Quadrat genommen; 0 ist "
    "vollkommen. Die meisten Felder einer Rolle sind leer, darum hat sogar Stille einen kleinen Fehler.\n\n"
    "**F1**: wie viele der klingenden und der gespielten Tasten dieselben sind; 1 ist vollkommen, Stille hat 0.\n\n"
    "**Felder richtig**: der Anteil aller Felder, auch der leeren, die stimmen. Stille stimmt fast überall, darum sagt "
    "dies am wenigsten.\n\n"
    "**Epochen**: welche Epoche behalten wurde, von wie vielen.\n\n"
    "In Klammern: wo der Wert mit 95 % Vertrauen läge, wären andere Werke zur Prüfung gewählt worden.\n\n"
    "Zeilen mit ◊: *Classical Music Generation with Neural Networks*. "
)
FIGURES_HOW_COMPOSING = (
    "**Überraschung**: der negative Logarithmus dessen, für wie wahrscheinlich das Netz hält, was kommt, für jedes "
    "Sechzehntel ganzer Stücke, mit dem, was angeschlagen, gehalten und still ist; exakt, und kleiner ist besser. Es "
    "erfährt nichts außer dem Takt."
)
FIGURES_HOW_PERFORMING = (
    "**Lautstärke, Tempo**: wie weit Töne, die der Lehrer lauter, und Schläge, die er schneller spielt als andere "
    "desselben Stücks, auch hier lauter und schneller sind (Korrelation); 1 ist vollkommen, gleichmäßiges Spiel hat "
    "0.\n\n"
    "**Pedal**: wie viele der Schläge mit getretenem Pedal dieselben sind (F1); 1 ist vollkommen.\n\n"
    "In Klammern: wo die Zahl mit 95 % Sicherheit läge, wären andere Werke für die Prüfung gewählt worden.\n\n"
    "Die einfachen Regeln: Betonungen nach dem Takt, höher ist lauter, am Schluss langsamer, auf jedem Schlag neues "
    "Pedal. Der Lehrer formte sein Spiel von Hand in einem Sequenzer; andere spielen anders. "
)
FIGURES_INTERVAL = "{value} ({low} bis {high})"
COMPOSERS = "Von Komponist zu Komponist"
COMPOSERS_TEXT = "Bei manchen leichter, bei anderen schwerer. Die letzte Spalte sagt, was {baseline} erreicht."
COMPOSERS_COLUMNS = ("Komponist", "Stücke", "Fehler (MSE)", "F1", "Fehler zum Vergleich")
ALONE = "Wenn es allein schreibt"
ALONE_TEXT = {
    "latent": "{n}-mal wurden seine Zahlen zufällig gezogen, nahe bei denen echter Musik, und zu vier Takten gemacht.",
    "continuation": "{n}-mal spielte es von zwei Takten eines Stücks der Prüfung an weiter, {measures} lang.",
    "composition": "{n}-mal komponierte es ein Stück, etwa {measures} lang.",
}
ALONE_COLUMN = "Anteil der Stücke, die"
ALONE_COLUMNS = {"generated": "von {model}", "guarded": "von {model} in Koe ◇", "real": "echte Musik"}
ALONE_GUARD = (
    "◇ In Koe werden vier Takte, die verstummen, hängen bleiben oder zu viele Tasten anschlagen, mit anderem Glück neu "
    "gemacht. Eine Taste, die sofort wieder angeschlagen wird, sieht hier gehalten aus, darum hat auch echte Musik "
    "solche Tasten."
)
ALONE_RATES = {
    "silence_over_2_measures": "über zwei Takte lang verstummen",
    "bursts_over_12_keys": "mehr als 12 Tasten zugleich anschlagen",
    "stuck_notes_over_4_measures": "eine Taste über vier Takte lang halten",
}
ALONE_DENSITY = "Tasten klingen {times}-mal so oft wie in echter Musik."
ALONE_COPY = (
    "Die längste Stelle, die es mit einem Stück teilt, aus dem es lernte: {notes} in {steps}, wie in {title} von "
    "{composer}."
)

# -- card ----------------------------------------------------------------------

CARD_LAYERS = "Schichten"
CARD_DATA = "Gemacht mit"
CARD_SPLITS = "{name}: {train} zum Lernen, {valid} zur Wahl der Epoche, {test} zum Prüfen"
CARD_TRAINED = "Gelernt am"
CARD_SEED = "Startzahl beim Lernen"
CARD_LICENCE = "Lizenz der Gewichte"
CARD_ATTRIBUTION = "Dank an"
CARD_HASH = "SHA-256 der Gewichte beginnt mit"
CARD_ALL = "Alles, was auf der Karte steht"
