"""What the page Did it learn or copy says: the listening quiz."""

from koe.web.texts.language import localize

QUIZ_TITLE = "Person or network?"
QUIZ_LEAD = "**Ten excerpts, some by people, some by networks: can you hear who wrote them?**"
QUIZ_MORE = (
    "All are equally long and equally loud, without titles, and none is a piece’s beginning; of what the networks "
    "wrote, nothing was chosen. Knowing a piece is no cheating."
)
QUIZ_NUMBER = "Excerpt {number} of {total}"
QUIZ_PERSON = "A person wrote it"
QUIZ_NETWORK = "A network wrote it"
QUIZ_RIGHT = "Right: it was {source}."
QUIZ_WRONG = "No: it was {source}."
QUIZ_SOURCE = "{network} ({seed})"
QUIZ_SCORE = "{right} of {total} right"
QUIZ_CHANCE = "Whoever tosses a coin gets five right on average, and eight or more in one round of eighteen."
QUIZ_ALL = "All rounds on this server"
QUIZ_AXIS = "right of ten"
QUIZ_HOVER = "%{x} right: %{y} rounds<extra></extra>"
QUIZ_SCORES_ALT = "How many rounds ended with how many right answers; yours is set off"
QUIZ_TABLE = "| by | heard | taken for a person’s | 95 % interval |\n| :-- | --: | --: | --: |\n"
QUIZ_ORIGINS = {"person": "people", "lstm1": "LSTM1", "lstm2": "LSTM2", "tr1": "TR1"}
QUIZ_STORED = "Only these counts are stored: nothing about you, or about which answers were yours."
QUIZ_EXPORT = "The counts as a table (CSV)"
QUIZ_AGAIN = "Another ten"
QUIZ_SIGNS_TITLE = "What gives it away"
QUIZ_SIGNS = (
    "**LSTM1** hears sixteenths, not measures, and to it a key that is struck again looks like one that is held: its "
    "accents wander, and its chords are long. **LSTM2** knows the measure, but little of what it played a page ago: "
    "each moment is plausible, and the whole goes nowhere. **TR1** remembers the whole piece and brings things back; "
    "ask yourself whether they come back for a reason. **People** repeat with intent, breathe between phrases, and "
    "break their own pattern at the right moment. Whether something is copied is another question: each result in "
    "Koe has a button that looks for it among all the music that the networks learned from."
)

localize(__name__)
