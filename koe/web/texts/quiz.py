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
    "**LSTM1** falls silent: 11 % of its sixteenths have no key, those of real pieces 2 %. And its measures are less "
    "like one another than a person’s: their likeness to earlier ones is 12 %, that of real pieces 27 %. No measure "
    "came back in all that was measured.\n\n"
    "**LSTM2** hardly falls silent any more (3 %), but its measures are little more alike (15 %): of 3100 measures one "
    "repeats another, of real ones every twentieth. It wanders wide, too: over 61 semitones, real pieces over 53.\n\n"
    "**TR1** brings measures back as often as people do, 27 % of them, and about as exactly. Listen for where they "
    "come from and how it ends: nine to sixteen measures back it looks too often (6 %, real pieces 4 %), and it ends "
    "on the tonic’s chord in 60 % of its pieces, people in 74 %. In eight measures, as here, little of that can be "
    "heard.\n\nWhat **people** do is in no such figure: they repeat with intent, breathe between phrases, and break "
    "their own pattern at the right moment. Whether something is copied is another question: each result in Koe has a "
    "button that looks for it among all the music that the networks learned from.\n\n"
    "The excerpts of this quiz, means with 95 % intervals:"
)
QUIZ_SIGN_NAMES = {
    "silence": "silent sixteenths",
    "self_similarity": "likeness of measures to earlier ones",
    "scale_consistency": "notes within one scale",
    "pitch_range": "range in semitones",
}
QUIZ_SIGNS_SOURCE = (
    "The figures above the table are of longer music beside real pieces of the test split: LSTM1 and LSTM2, 100 "
    "continuations of 32 measures (`koe evaluate`, on the page Models); TR1, 100 pieces of 64 measures (`koe benchmark "
    "composing --model tr1 --parts whole`). The excerpts are few, so their intervals are wide."
)

localize(__name__)
