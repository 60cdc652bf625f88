"""German for `koe.web.texts.shelf`."""

KEEP = "Behalten"
KEEP_HELP = "Stellt das in dein Regal, das sich dieser Browser merkt. Du findest es unter „Dein Stück“."
KEPT = "In deinem Regal"
KEPT_HELP = "Nimmt das aus deinem Regal."
SAID = {
    "kept": "Es steht jetzt in deinem Regal, unter „Dein Stück“.",
    "taken": "Es steht nicht mehr in deinem Regal.",
    "full": "Dein Regal ist voll; nimm unter „Dein Stück“ eines heraus, damit wieder Platz ist.",
    "closed": "Dieser Browser merkt sich für diese Seite nichts, darum gibt es kein Regal; lade das Stück herunter.",
}
UNREADABLE = "Dieses Stück aus deinem Regal ließ sich nicht öffnen. {reason}"
SHELF = {
    "shelf": "Dein Regal",
    "open": "{name} öffnen",
    "rename": "{name} umbenennen",
    "remove": "{name} entfernen",
    "name": "Neuer Name",
    "removed": "{name} ist weg.",
    "back": "Zurückstellen",
}
TOOK = "{name} ist jetzt dein Stück."
