"""German for `koe.web.texts.continuing`: the same names, the same ``{...}``."""

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
GO_ON = "Weiter"
GO_ON_FROM = "Ab welchem Takt"
GO_ON_HELP = "Was vor diesem Takt steht, bleibt; von da an schreibt das Netz neu."
GO_ON_END = "Vom Ende an weiter"
GO_ON_BAR = "Ab Takt {measure} neu schreiben"
TAKES = "Fassungen ({n})"
TAKES_HINT = "Alles, was bei diesem Besuch geschrieben wurde. Was eine andere Fassung fortsetzt, steht unter ihr."
TAKE = "{model}, Startzahl {seed}, {measures}"
TAKE_FROM = "ab Takt {bar}: {take}"
