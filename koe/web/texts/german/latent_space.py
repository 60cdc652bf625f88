"""German for `koe.web.texts.latent_space`: the same names, the same ``{...}``."""

LATENT_TITLE = "Latenter Raum"
LATENT_LEAD = (
    "Ein Abschnitt Musik, erzählt in wenigen Zahlen. Was jede bedeutet, hat niemand bestimmt: Das Netz hat es selbst "
    "herausgefunden. Beweg eine und hör, was sie tut."
)
LATENT_FROM_SEGMENT = "Aus deinem Abschnitt"
LATENT_RANDOM_NEAR = "Zufall, wie Musik"
LATENT_RANDOM_NEAR_HELP = "Nahe bei den Zahlen echter Musik gezogen."
LATENT_RANDOM_UNIFORM = "Zufall, irgendwas"
LATENT_RANDOM_UNIFORM_HELP = "Jede Zahl gleichmäßig aus ihrem ganzen Bereich gezogen: oft weit weg von aller Musik."
LATENT_MEAN = "Mittelwert"
LATENT_MEAN_HELP = (
    "Der Mittelwert aller Musik, aus der das Netz gelernt hat. Das heißt nicht, dass es mittelmäßige Musik ist."
)
LATENT_RESET = "Alle auf null"
LATENT_PIECE = "Aus {n} Zahlen ({model})"
