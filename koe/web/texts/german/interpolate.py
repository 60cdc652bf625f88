"""German for `koe.web.texts.interpolate`: the same names, the same ``{...}``."""

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
RESPECT = "Vom zweiten Stück"
RESPECTS = {"all": "Alles", "harmony": "Nur Harmonie", "rhythm": "Nur Rhythmus"}
RESPECT_HELP = (
    "Harmonie: welche Töne in jedem Takt klingen und wie lange. Rhythmus: wie viele Tasten in jedem Sechzehntel "
    "angeschlagen werden. Das Übrige bleibt vom ersten Stück. Im Raum des Netzes wird ein Punkt gesucht, der beides "
    "hat, und der Weg führt dorthin."
)
CROSSING = "Ein Punkt mit diesem Rhythmus und dieser Harmonie wird gesucht"
BLEND_BY = "Gemischt durch"
BLENDS = {"retold": "Nacherzählt von {writer}", "network": "Das Netz", "fade": "Einfaches Überblenden"}
RETOLD_CAPTION = (
    "{writer} schreibt Schritt für Schritt, wie es ein Stück fortsetzen würde, und hört bei jeder Taste auf das, was "
    "{model} vorschwebt. So halten Akkorde und Rhythmen zusammen; eine andere Startzahl, andere Musik."
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
INTERPOLATE_BLEND = "Wie weit auf dem Weg"
INTERPOLATE_BLEND_HELP = "0 ist, was das Netz aus dem ersten Abschnitt macht, 1, was aus dem zweiten."
INTERPOLATE_HEARD = "Hier, nach {percent} % des Wegs"
INTERPOLATE_PATH = "Der ganze Weg als ein Stück"
INTERPOLATE_STEPS = "Stationen auf dem Weg"
INTERPOLATE_STEPS_HELP = "Jede Station ist ein Abschnitt von 64 Sechzehnteln; die erste und die letzte sind die Stücke."
INTERPOLATE_TITLE_BLEND = "{first} und {second}, {percent} Prozent"
INTERPOLATE_TITLE_FADE = "{first} und {second}, überblendet, {percent} Prozent"
INTERPOLATE_TITLE_RETOLD = "{first} und {second}, nacherzählt, {percent} Prozent"
INTERPOLATE_TITLE_RETOLD_PATH = "Von {first} nach {second}, nacherzählt"
INTERPOLATE_TITLE_FADED_PATH = "Von {first} nach {second}, überblendet"
INTERPOLATE_TITLE_PATH = "Von {first} nach {second}"
