"""German for `koe.web.texts.home`: the same names, the same ``{...}``."""

HOME_TITLE = "Ein Druck auf den Knopf, und ein Netz schreibt dir ein Klavierstück."
HOME_LEAD = (
    "Niemand hat es je gehört. Das Netz hat Klaviermusik aus Jahrhunderten gelauscht und spinnt sie nun allein weiter, "
    "Sechzehntel für Sechzehntel."
)
HOME_LEAD_WHOLE = (
    "Niemand hat es je gehört. Das Netz hat Klaviermusik aus Jahrhunderten gehört und schreibt jetzt ein ganzes "
    "Stück, Note für Note, mit Teilen, die wiederkehren, und einem Schluss."
)
COMPOSE = "Ein Stück komponieren"
COMPOSE_SOON = "Gleich …"
COMPOSE_AGAIN = "Noch eins"
COMPOSING = "Ich komponiere …"
HOME_PIECE = "Stück Nr. {seed}"
HOME_PIECE_HELP = "Dieselbe Nummer, dasselbe Stück: Merk sie dir und komm wieder, wann du willst."
HOME_NUMBER = "Das Stück mit der Nummer spielen"
HOME_ANSWER = "Spiel etwas, und du bekommst Antwort"
HOME_ANSWER_HINT = "Tipp ein paar Tasten an, so schnell oder langsam du magst. Wenn du aufhörst, antwortet das Netz."
HOME_MORE = "Und jetzt mach etwas Eigenes"
HOME_CARDS = (
    (
        "compose",
        ":material/piano:",
        "Komponieren",
        "Ein ganzes Stück nach Wunsch: Stimmung, Gangart, Gestalt.",
    ),
    (
        "your_piece",
        ":material/library_music:",
        "Dein Stück",
        "Nimm einen Klassiker oder bring eine MIDI-Datei mit, sieh und hör sie.",
    ),
    (
        "reconstruct",
        ":material/compare:",
        "Nachbilden",
        "Drück ein wenig Musik in wenige Zahlen zusammen. Was kommt zurück?",
    ),
    (
        "latent_space",
        ":material/tune:",
        "Latenter Raum",
        "Dreh von Hand an diesen Zahlen und hör, wie sich die Musik wandelt.",
    ),
    (
        "interpolate",
        ":material/linear_scale:",
        "Verwandeln",
        "Geh von einem Stück zum anderen und bleib unterwegs stehen.",
    ),
    (
        "continue",
        ":material/edit_note:",
        "Fortsetzen",
        "Greif einen Akkord auf dem Klavier; das Netz spielt von dort weiter.",
    ),
    ("about", ":material/school:", "Über Koe", "Wie es geht, in einfachen Worten, und wie gut."),
)
