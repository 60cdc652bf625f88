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
LOOKBACK_TITLE = "Worauf das neueste Netz zurückschaut"
LOOKBACK_LEAD = (
    "TR1 hat keine Zellen, die Zahlen festhalten: Es behält das Stück. Vor jeder Note schaut es zurück auf das, was "
    "schon da ist. Der umrahmte Takt ist der, der kommen soll; je röter ein früherer ist und je dicker sein Bogen, "
    "desto mehr zählt er. Darunter stehen alle Takte als Zeilen, jede mit dem, worauf sie zurückschaut. Tippe auf "
    "einen Takt oder eine Zeile, um dorthin zu gehen."
)
LOOKBACK = {
    "lesson": "Worauf TR1 zurückschaut",
    "picture": "Dein Stück mit Bögen von einem Takt zu denen, auf die TR1 zurückschaut, und eine Tabelle aller Takte.",
    "look": "Wie es zurückschaut",
    "look-proposals": "Takte wie die letzten",
    "look-attention": "Aufmerksamkeit",
    "look-pointers": "Zeiger auf Tasten",
    "now": "Kommender Takt",
    "ear": "Was man hört",
    "ear-whole": "Das Stück",
    "ear-pair": "Worauf es am meisten schaut, dann diesen Takt",
    "piece": "Dein Stück, und worauf es zurückschaut",
    "all": "Alle Takte, vom ersten abwärts: worauf jeder schaut",
    "measure": "Takt",
    "at": "Schaut zurück auf",
    "nothing": "noch nichts",
    "itself": "Auf das, was von ihm schon da ist",
    "far": "Vier Takte zurück und mehr",
    "told-works": "Frühere Takte, die dem zuletzt Gehörten am ähnlichsten sind, schlagen vor, was dort folgte. Wie "
    "lang das Stück auch ist, alles ist erreichbar: Such eine Zeile, die an den Anfang zurückspringt.",
    "told-fails": "Aufmerksamkeit vergleicht jede Note mit 384 früheren, auf vierzig Arten zugleich. Meist bleibt sie, "
    "wo sie ist: beim Takt selbst und beim vorigen. Was weiter zurückliegt, hat hier wenig Gewicht.",
    "told-why": "Vier weitere Arten zeigen auf Noten, um zu sagen, welche Taste als Nächstes kommt. Sie schauen weiter "
    "zurück als die anderen: Welche Tasten zu einem Stück gehören, wurde vor langer Zeit gesagt. Wie viel sie und die "
    "Vorschläge zählen, entscheidet das Netz vor jeder Note neu.",
}
LOOKBACK_MORE = (
    "Das sind die Gewichte von TR1 selbst, keine Geschichte über sie. Sie zeigen, was es vor Augen hatte, nicht, warum "
    "es eine Note schrieb. Die Anteile eines Takts ergeben zusammen 100 %; gezeigt werden höchstens die ersten 48 "
    "Takte."
)
BEGINNINGS_TITLE = "Derselbe Anfang für zwei Netze"
BEGINNINGS_LEAD = (
    "Der Anfang deiner vier Takte geht an AE1, einen Autoencoder, und an LSTM1. Beide stammen aus der Studie, beide "
    "haben aus derselben Musik gelernt. Was blass ist, folgte in deinem Stück; davon weiß keines der beiden."
)
BEGINNINGS = {
    "lesson": "Derselbe Anfang für einen Autoencoder und ein LSTM",
    "picture": "Deine Takte; was ein Autoencoder aus ihrem Anfang auf einmal schreibt; und wie ein LSTM von dort "
    "Schritt für Schritt weitermacht.",
    "known": "Gegeben",
    "known-1": "ein Takt",
    "known-2": "zwei Takte",
    "known-3": "drei Takte",
    "who": "Was man hört",
    "who-lstm": "LSTM1",
    "who-autoencoder": "AE1",
    "who-piece": "Dein Stück",
    "roll-piece": "Dein Stück: was gegeben ist, und was folgte",
    "roll-autoencoder": "AE1, alle vier Takte auf einmal",
    "roll-lstm": "LSTM1, Sechzehntel für Sechzehntel",
    "given": "Gegeben",
    "sixteenths": "Sechzehntel",
    "sounds-autoencoder": "Danach klingt AE1",
    "sounds-lstm": "und LSTM1",
    "told-works": "Zwei Takte genügen LSTM1, um eine Weile in ihrer Art weiterzumachen. AE1 schreibt sie noch einmal, "
    "so gut es kann, und danach meist die Stille, die man ihm gezeigt hat.",
    "told-fails": "Bei einem Takt hat AE1 kaum etwas, was es noch einmal schreiben könnte, und sagt oft gar nichts. "
    "LSTM1 hat weniger, woran es sich halten kann, und spielt bald, was es will.",
    "told-why": "Bei dreien füllt AE1 oft etwas vom vierten: Seine wenigen Zahlen können nicht genau sagen, wo die "
    "Musik aufhört, und in dem, woraus es gelernt hat, geht sie weiter. LSTM1 tut, was es immer tut.",
}
BEGINNINGS_WHY = (
    "**Warum sie sich unterscheiden.** Ein Autoencoder sieht alle vier Takte auf einmal und soll dasselbe noch einmal "
    "schreiben; die Stille nach dem Anfang ist für ihn Musik wie jede andere. Ein LSTM hört ein Sechzehntel nach dem "
    "anderen und wird gefragt, was als Nächstes kommt; den Anfang lässt es also, wie er ist, und macht weiter, so "
    "lange man will. Und das Ganze sieht es nie: Jede Münze weiß nur, was war, es kann also auf keinen Schluss zielen."
)
