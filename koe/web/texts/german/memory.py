"""Was die Seite „Gedächtnis“ sagt, auf Deutsch."""

MEMORY_TITLE = "Gedächtnis"
MEMORY_LEAD = "**Ein LSTM entscheidet bei jedem Schritt, was es behält, was es aufnimmt und was es davon weitersagt.**"
MEMORY_MORE = (
    "Was du siehst, ist echt: LSTM1 hört deine vier Takte, Sechzehntel für Sechzehntel, und das sind einige seiner "
    "tausend Zellen, von langem Gedächtnis oben bis zu kurzem unten. Jede hält eine Zahl fest, rot über null, blau "
    "darunter. Davor stehen drei *Tore*. Das **Vergesstor** sagt, wie viel von der Zahl bleibt, das **Eingangstor**, "
    "wie viel Neues hineinkommt, das **Ausgangstor**, wie viel die anderen davon erfahren. Tippe auf eine Zeile, um "
    "in eine Zelle zu schauen, oder irgendwohin, um dorthin zu gehen.\n\n"
    "Darunter bekommt eine Zelle ohne Tore genau dasselbe gesagt. Sie hat nur ein Gewicht für ihre eigene "
    "Vergangenheit. Wie groß es auch ist: Der erste Ton verklingt, oder das Echo der Zelle selbst übertönt ihn. Ein "
    "offenes Vergesstor reicht eine Zahl weiter, wie sie ist.\n\n"
    "Rechts steht, was LSTM1 als Nächstes erwartet: 88 Wahrscheinlichkeiten, eine für jede Taste. Für jede wird eine "
    "Münze geworfen, die genau so gezinkt ist; ein Punkt heißt, dass die Taste kommt. Die **Temperatur** ändert die "
    "Münzen: niedrig, und nur Wahrscheinliches kommt; hoch, und alle werden einander gleich. Die dunklen Marken "
    "sind, was dein Stück wirklich als Nächstes tut."
)
MEMORY = {
    "lesson": "LSTM1 von innen",
    "picture": "Deine Melodie, das Gedächtnis von LSTM1, während es sie hört, die Tore einer Zelle und wie "
    "wahrscheinlich jede Taste als Nächstes ist.",
    "layer": "Schicht",
    "layer-1": "Erste",
    "layer-2": "Zweite",
    "cell": "Zelle, vom längsten Gedächtnis an",
    "weight": "Gewicht der Zelle ohne Tore",
    "temperature": "Temperatur",
    "at": "Sechzehntel",
    "listen": "Was man hört",
    "listen-melody": "Deine Melodie",
    "listen-tossed": "Was die Münzen sagen",
    "heard": "Was es hört",
    "chances": "Was es erwartet",
    "carpet": "Was seine Zellen festhalten",
    "gates": "Die Tore dieser Zelle",
    "states": "Was sie festhält",
    "left": "Was vom ersten Schritt übrig ist",
    "forget": "Vergesstor",
    "input": "Eingangstor",
    "output": "Ausgangstor",
    "gated": "in LSTM1",
    "gateless": "ohne Tore",
    "step": "Sechzehntel",
    "number": "Zelle Nr.",
    "life": "Behält die Hälfte",
    "sixteenths": "Sechzehntel lang",
    "kept": "Übrig in LSTM1",
    "lost": "Übrig ohne Tore",
    "came": "Gefallen",
    "told": "Such eine Zelle, die sich mit jedem Takt ändert, oder eine, die einen Akkord festhält.",
    "told-works": "Das Vergesstor dieser Zelle bleibt fast offen: Lange nach dem ersten Ton ist noch etwas von ihm "
    "übrig. Ohne Tore, bei 0,9, ist er nach wenigen Schlägen weg.",
    "told-fails": "Mit einem Gewicht von 0,5 geht bei jedem Sechzehntel mindestens die Hälfte verloren: Nach zwei "
    "Schlägen hat die Zelle ohne Tore den Anfang vergessen.",
    "told-why": "Hilft ein größeres Gewicht? Bei 1,6 hört die Zelle ohne Tore nur noch sich selbst: Sie läuft an ein "
    "Ende und bleibt dort, was die Musik auch tut. Vom ersten Ton ist wieder fast nichts übrig. Die Tore gibt es, "
    "weil kein einzelnes Gewicht eine Zahl behalten und zugleich zuhören kann.",
}
