"""What the tour through the lessons says, and the page for teachers."""

from koe.web.texts.language import localize

TOUR_TITLE = "A tour in half an hour"
TOUR_LEAD = "**Nine things to try, alone or with a class. Say first what you expect; then look.**"
TOUR_MORE = (
    "Each step opens a lesson as it has to stand. Choose what you expect before you go there, or together, by a show "
    "of hands; come back, and read why."
)
TOUR_OPEN = "Try it: {page}"
TOUR_EXPECT = "What do you expect?"
TOUR_AS_EXPECTED = "As you expected."
TOUR_OTHERWISE = "It turns out otherwise."
TOUR_STEP = "{number}. {title}"
TOUR_MINUTES = "{minutes} minutes"
# A title, what to try, what may be expected, and why it is as it is; in the order of `koe.web.learn.tour`.
TOUR_STEPS = {
    "text": (
        "Music is numbers",
        "Write a chord of three keys as text. How many of the 88 numbers of a sixteenth are 1 while it sounds?",
        ("Three", "One", "All 88"),
        "Three: one for each key that sounds. All others are 0, so a list of music is mostly zeros, and whoever "
        "always says 0 is seldom wrong. Keep that in mind for the fifth step.",
    ),
    "neuron": (
        "What one neuron cannot do",
        "One neuron alone is to say whether C and G with E flat, E, both or neither are a triad. Will it learn that "
        "if it is given enough time?",
        ("Yes, with enough time", "No, never", "Only with other first weights"),
        "Never: it can draw one straight line, and no straight line has the two triads on one side and the two "
        "others on the other. Set its weights by hand, and see for yourself; then give it four neurons in between.",
    ),
    "layers": (
        "A good beginning",
        "Eight layers begin with weights four times as large as they should be. What will their cells say?",
        ("Nearly nothing", "The same as before, four times as loud", "−1 or 1, whatever they hear"),
        "They stand at −1 or 1: tanh goes no further. There its slope is nearly nothing, so small changes of a "
        "weight change nothing, and learning is hard. Glorot’s rule says how large weights should be at first.",
    ),
    "downhill": (
        "Longer steps",
        "A ball goes down a ravine. Its learning rate is made thirteen times as large. What will it do?",
        ("It flies off", "It is down thirteen times as fast", "It stops at once"),
        "It flies off: each step leaps over the bottom and lands higher up on the other side. At a tenth of a rate "
        "it is safe across the ravine, but slow along it; Adam takes its own step along each weight.",
    ),
    "training": (
        "Learning by heart",
        "A small network learns three quarters of four measures. What will happen to its error on the last quarter, "
        "which it is not shown?",
        ("It falls like the other one", "It stops falling while the other goes on", "It does not fall at all"),
        "First both fall: both are mostly silence. Then one falls on, while the secret one stops and may rise: the "
        "network knows its measures by heart. Press “Hear it” while it learns.",
    ),
    "keys": (
        "More to learn from",
        "Now it is shown the same measures in all twelve keys. Does that help with the quarter that it has not seen?",
        ("Yes, a lot", "No, it is the same music", "It makes it worse"),
        "A lot: to know twelve times as much by heart is harder than to find what it has in common. AE1 and LSTM2 "
        "learned from music in all keys, too; AE3 hears all of it in one.",
    ),
    "squeeze": (
        "Sixteen numbers",
        "PCA, AE1 and AE3 each tell the same four measures in sixteen numbers. Who comes closest?",
        ("PCA, the old straight method", "AE1, the paper’s network", "AE3, which has 128 numbers in all"),
        "With most music AE1: it was made for sixteen numbers, and its space may bend. AE3 needs all of its 128, as "
        "they share what they know; with all of them it is far ahead.",
    ),
    "memory": (
        "Loaded coins",
        "LSTM1 says for 88 keys how likely they come next, and a coin is tossed for each. What does a high "
        "temperature do?",
        ("Fewer keys come", "The same keys, louder", "More keys come"),
        "More: all coins become alike, so unlikely keys come more often, and there are many of these. Choose to hear "
        "what the coins say, and move the slider: below 1 it is safe, above 2 it is noise.",
    ),
    "quiz": (
        "Can you hear it?",
        "Ten excerpts by people and by three networks. How many will you get right?",
        ("Five or fewer", "Six to eight", "Nine or ten"),
        "Whoever tosses a coin gets five on average. Compare with the others, and look at the table: who was taken "
        "for a person most often, and how wide the interval still is.",
    ),
}
TEACHERS_TITLE = "For teachers"
TEACHERS_LEAD = "**Half an hour with a class, without accounts, without preparation, on any device with a browser.**"
TEACHERS_BEFORE = (
    "**For whom.** From about fourteen years on. Who has met coordinates and straight lines can follow everything "
    "but the folded-up mathematics, which is for the last years of school and after.\n\n"
    "**What is needed.** A projector and sound, or a device for every two pupils with headphones. Everything runs on "
    "this server and in the browser; nothing is sent elsewhere, and nothing is stored about anybody.\n\n"
    "**How.** Go through the tour step by step: read what is to be tried, let all say what they expect, then try it. "
    "Those who expected otherwise explain what they thought; the answer comes last. Let pupils choose their own "
    "piece first, since most lessons work on it.\n\n"
    "**On paper.** The sheet below has the same nine steps, with room for what each expects, why, and what happened; "
    "the answers come last, on a page of their own."
)
TEACHERS_PLAN = "| | step | minutes |\n| --: | :-- | --: |\n"
TEACHERS_AFTER = (
    "**Sharing.** The address of a lesson holds its state: copy it, and whoever opens it sees the same. The address "
    "of the quiz holds its round, so a class can hear the same ten.\n\n"
    "**Questions that lead on.** Why does a network that has only ever heard notes hold chords together? What would "
    "it need to know to end a piece? Is what it writes new, and whose is it? Could the counts of the quiz prove that "
    "nobody hears the difference?"
)
TEACHERS_TOUR = "To the tour"
SHEET = "The tour on paper (PDF)"
SHEET_FILE = "koe-tour.pdf"
SHEET_NAME = "Your name"
SHEET_DATE = "Date"
SHEET_BECAUSE = "Because"
SHEET_SEEN = "What happened"
SHEET_ANSWERS = "Answers"
SHEET_ANSWERS_LEAD = "Keep this page until everything has been tried."

localize(__name__)
