"""Was die Seite „Bergab“ sagt, auf Deutsch."""

DOWNHILL_TITLE = "Bergab"
DOWNHILL_LEAD = (
    "**Ein Netz lernt, indem es bergab geht: Es ändert jedes seiner Gewichte ein wenig, sodass sein Fehler sinkt.**"
)
DOWNHILL_MORE = (
    "Stell dir eine Landschaft vor. Wo du stehst, das sind die Gewichte; wie hoch du stehst, das ist, wie sehr sich "
    "das Netz irrt. Niemand sieht sie ganz: Man spürt nur die Neigung unter den Füßen, macht einen Schritt nach "
    "unten und spürt wieder. Wie lang der Schritt ist, sagt die *Lernrate*. Diese Landschaft hat zwei Gewichte, "
    "darum kann man sie zeichnen; die von LSTM1 hat drei Millionen. Tippe sie an, um die Kugeln woandershin zu "
    "setzen, und zieh an ihr, um sie zu drehen."
)
DOWNHILL = {
    "lesson": "Kugeln auf einer Fehlerlandschaft",
    "picture": "Eine Fehlerlandschaft über zwei Gewichten mit Kugeln, die hinabrollen, und daneben, wie ihr Fehler "
    "sinkt.",
    "surface": "Die Landschaft",
    "surface-bowl": "Schüssel",
    "surface-ravine": "Schlucht",
    "surface-valleys": "Zwei Täler",
    "surface-saddle": "Sattel",
    "method": "Wie man geht",
    "method-all": "Alle vier",
    "method-sgd": "Einfacher Abstieg",
    "method-momentum": "Mit Schwung",
    "method-rmsprop": "RMSprop",
    "method-adam": "Adam",
    "rate": "Lernrate",
    "x": "Anfang, erstes Gewicht",
    "y": "Anfang, zweites Gewicht",
    "turn": "Das Bild drehen",
    "loss": "Fehler",
    "updates": "Schritte",
    "update": "Schritt",
    "gone": "davongeflogen",
    "told": "Das nähere Tal ist nicht das tiefere. Wer immer nur hinabgeht, bleibt darin; wer Schwung hat, rollt "
    "vielleicht hindurch, und kommt doch nicht sicher tiefer an.",
    "told-works": "Adam findet den Weg durch eine enge Schlucht: Seine Schritte sind entlang beider Gewichte "
    "ungefähr gleich lang, wie steil es auch ist.",
    "told-fails": "Einfacher Abstieg mit zu hoher Lernrate: Jeder Schritt springt über den Grund hinweg und landet "
    "auf der anderen Seite weiter oben, bis die Kugel davonfliegt.",
    "told-why": "Die Wände erlauben nur kurze Schritte, und für den flachen Weg entlang des Grundes sind sie zu "
    "kurz: Die Kugel ist sofort unten und kommt dann kaum noch voran. Eine Lernrate passt nicht für beide Gewichte.",
}
CURVE_TITLE = "Der Abstieg in der Studie"
CURVE_LEAD = (
    "AE1 hat sechs Millionen Gewichte, darum kann niemand seine Landschaft zeichnen; aber nach jeder *Epoche*, "
    "einmal durch alle Musik, kann man ihre Höhe aufschreiben. Das AE1 der Studie sank 250 Epochen lang bis zu einem "
    "Fehler von 0,0094 und stieg dann wieder: So tief unten war die Lernrate zu hoch. Koes AE1 hat aus anderer Musik "
    "gelernt, mit einer Rate, die kleiner wird, und kommt so zur Ruhe."
)
TRAINING_TITLE = "Ein Netz für dich allein"
TRAINING_LEAD = (
    "Hier ist ein echtes, klein genug, um in deinem Browser zu lernen: ein Autoencoder, der die 88 Tasten eines "
    "Sechzehntels nimmt, sie in wenigen Zahlen erzählt und daraus wieder aufschreibt. Er lernt aus drei Vierteln "
    "deiner vier Takte; das letzte Viertel bleibt geheim, als Probe. Lass ihn laufen und hör ihm beim Lernen zu: "
    "Erst kommt Lärm, dann Stille, denn die meisten Tasten schweigen, und wer nichts sagt, irrt sich selten; dann "
    "kommen die Töne."
)
TRAINING = {
    "lesson": "Ein winziger Autoencoder, der lernt",
    "picture": "Deine vier Takte, was das Netz jetzt daraus schreibt, und wie sein Fehler sinkt.",
    "numbers": "Zahlen in der Mitte",
    "speed": "Lernrate",
    "optimizer": "Wie man geht",
    "optimizer-sgd": "Einfacher Abstieg",
    "optimizer-momentum": "Mit Schwung",
    "optimizer-rmsprop": "RMSprop",
    "optimizer-adam": "Adam",
    "dropout": "Dropout: 30 % der Zellen abschalten, jedes Mal andere",
    "transposed": "Die Takte in allen zwölf Tonarten lernen",
    "original": "Deine vier Takte, 64 Sechzehntel",
    "made": "Was das Netz jetzt schreibt",
    "hidden": "bleibt geheim",
    "error": "Fehler (mittleres Quadrat)",
    "epochs": "Epochen",
    "epoch": "Epoche",
    "known": "Woraus es lernt",
    "secret": "Was geheim bleibt",
    "best": "Darauf am besten",
    "weights": "Gewichte",
    "told": "Zum Probieren: weniger Zahlen, andere Schritte, ein schnellerer oder langsamerer Abstieg.",
    "told-works": "In allen zwölf Tonarten gibt es zwölfmal so viel zu lernen und weniger auswendig zu lernen: Beide "
    "Fehler sinken, und es schreibt viel vom geheimen Viertel, das es nie gehört hat.",
    "told-fails": "Es lernt auswendig: Der Fehler bei dem, woraus es lernt, sinkt immer weiter, der beim geheimen "
    "Viertel hört auf zu sinken. Es kann die anderen auswendig und weiß nicht, was sie gemeinsam haben.",
    "told-why": "Dropout schaltet jedes Mal andere Zellen ab, sodass sich keine darauf verlassen kann, dass eine "
    "andere einen Akkord auswendig weiß. Es lernt langsamer, und das geheime Viertel gelingt oft besser. AE2 ist AE1 "
    "mit Dropout.",
}
