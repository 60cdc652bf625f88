"""German for `koe.web.texts.originality`: the same names, the same ``{...}``."""

SWITCH = "Ist es neu?"
SWITCH_HELP = (
    "Sucht in der Musik, aus der die Netze gelernt haben, in jeder Tonart nach Stellen, mit denen dies hier mitläuft."
)
VERDICT: dict[str, str] = {
    "short": "Hier sind zu wenige Noten, um zu sagen, ob sie schon jemand geschrieben hat.",
    "run": "Von Takt {first} an sind {n} Noten hintereinander die aus {source}.",
    "window": "Von den Noten hier ({where}) stehen {share} oder mehr auch in {source}.",
    "alone": (
        "Keines der {pieces} Stücke, aus denen die Netze gelernt haben, läuft hier auch nur vier Noten lang mit."
    ),
    "new": (
        "Keines der {pieces} Stücke, aus denen die Netze gelernt haben, läuft hier länger als {n} Noten mit, und so "
        "viel haben auch Stücke durch Zufall gemeinsam, die nichts miteinander zu tun haben."
    ),
    "measure": "Takt {first}",
    "measures": "Takte {first} bis {last}",
    "higher": "einen Halbton höher",
    "lower": "einen Halbton tiefer",
    "higher_by": "{n} Halbtöne höher",
    "lower_by": "{n} Halbtöne tiefer",
    "numbers": "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
}
COPIED = "{share} der Noten stehen in Stellen, die mit einem dieser Stücke mehr gemeinsam haben, als der Zufall ergibt."
COPIED_NONE = "Keine Stelle hat mit einem von ihnen mehr gemeinsam, als der Zufall ergibt."
CHANCE = (
    "Wie nah ist nah? In einem so langen Stück, das nicht von einem Netz stammt und nicht zu jenen gehört, finden sich "
    "bis zu {share} der Noten aus vier Takten und {run} Noten hintereinander in einem von ihnen (bei 99 von 100 "
    "solchen Stücken sind es weniger). Tonleitern und gängige Begleitungen zählen nicht."
)
OTHER_CORPUS = (
    "Dieses Netz hat aus anderen Stücken gelernt als denen, die durchsucht wurden; die Antwort kann etwas übersehen."
)
NEAREST = "**Was am nächsten kommt**"
NEAR = "{where}: {share} der Noten wie in {source}{moved}"
COUNTED = " ({share}, Note für Note gezählt)"
COMPARE = "Danebenlegen"
COMPARE_HELP = "Zeigt und spielt, was dort steht, über das Ergebnis gelegt und in seine Tonart verschoben."
RESULT_THERE = "Das Ergebnis, und darüber, was dort steht:"
SOURCE_THERE = "Was dort steht:"
MISSING = "Das lässt sich hier nicht sagen: {reason}"
