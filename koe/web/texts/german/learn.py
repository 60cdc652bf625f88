"""Was alle Lektionen sagen, auf Deutsch."""

LESSON = {
    "presets": "Drei zum Anfangen",
    "preset-works": "So geht es",
    "preset-fails": "So geht es nicht",
    "preset-why": "Warum?",
    "tools": "Weitermachen",
    "play": "Laufen lassen",
    "pause": "Anhalten",
    "step": "Ein Schritt",
    "restart": "Von vorn",
    "hear": "Anhören",
}
MATHEMATICS = "Die Mathematik"
