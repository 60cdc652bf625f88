"""What the page Squeezing music says: how music becomes numbers, and few of them."""

from koe.web.texts.language import localize

SQUEEZING_TITLE = "Squeezing music"
SQUEEZING_LEAD = (
    "**To a network music is a list of zeros and ones; whoever can tell it in fewer numbers has understood something.**"
)
SQUEEZING_TEXT = (
    "For each sixteenth there are 88 numbers, one for each key: 1 if it sounds, 0 if not. As several may be 1, this "
    "is called *many-hot*. The paper writes it as text: a character for each key, H for middle C, keys that sound "
    "together side by side, a space between two sixteenths. Write some yourself."
)
TEXT = {
    "lesson": "Music as text and as numbers",
    "picture": "What the text says: the keys of each sixteenth, and the 88 numbers of the one that is read.",
    "text": "Music as text",
    "roll": "As a roll",
    "vector": "This sixteenth as 88 numbers: filled is 1, all others are 0",
    "step": "Sixteenth",
    "keys": "Keys",
    "rest": "silence",
    "ones": "Ones among all numbers",
    "told": "H is middle C, I is C sharp, J is D, and so on, a character for each key.",
    "told-works": "Four chords in a few characters: C, F, G and C again with one more key on top.",
    "told-fails": "This is how the paper prints a C major chord, and it sounds as C, D and E: a slip. A text without "
    "checks says whatever is in it; the chord is HLO.",
    "told-why": "One key, four sixteenths: is it held, or struck four times? The numbers are the same, so nobody can "
    "tell. Many-hot knows what sounds, not what is struck.",
}
SQUEEZE_TITLE = "The same four measures in fewer numbers"
SQUEEZE_LEAD = (
    "Your four measures are 5632 zeros and ones. **PCA** finds the directions in which music differs the most, and "
    "adds them up: one number more is one more layer of a blurred picture. **AE1** bends its space, so its 16 "
    "numbers say more, but only together: leave half of them out, and little is left. **AE3**, of our own making, "
    "has 128 and writes nearly all of it again; with few of them it writes music, too, only other music. Dark is "
    "what is right, red what was made up, a blue line what is missing."
)
SQUEEZE = {
    "lesson": "Four measures in fewer and fewer numbers",
    "picture": "Your measures and what each model writes of as many numbers, and how much of it is right.",
    "count": "Numbers kept",
    **{f"count-{n}": str(n) for n in (1, 2, 4, 8, 16, 32, 64, 128)},
    "ear": "What is heard",
    "ear-original": "Your measures",
    "ear-pca": "PCA",
    "ear-ae1": "AE1",
    "ear-ae3": "AE3",
    "original": "Your measures",
    "told_in": "{n} numbers, {f1} % alike",
    "likeness": "Likeness (F1)",
    "counts": "numbers: 1, 2, 4 … 128",
    "told": "Who has fewer numbers than you choose shows all that it has.",
    "told-works": "With all its numbers each model does what it can: AE3 with 128 nearly everything, the paper’s "
    "with 16 about half.",
    "told-fails": "Four numbers are too few for all of them. PCA smears chords over the measures, AE1 dares to say "
    "hardly anything, AE3 writes something else.",
    "told-why": "Sixteen numbers for each: for these AE1 was made, and it can bend its space, so it mostly comes "
    "closer than PCA, which is straight. To AE3 sixteen of 128 mean little: its numbers share what they know.",
}
NUMBER_TITLE = "What a single number does"
NUMBER_LEAD = (
    "Here is one of PCA’s sixteen numbers at a time. The first picture is what it pushes: red cells up, blue ones down. "
    "The other is what PCA writes of your measures while this number swings and the others stay."
)
NUMBER = {
    "lesson": "One of PCA’s numbers",
    "picture": "What one of PCA’s numbers pushes up and down, and what becomes of your measures.",
    "number": "Which number",
    "amount": "Where it stands, in standard deviations",
    "push": "What it pushes up (red) and down (blue)",
    "made": "Your measures, with this number elsewhere",
    "yours": "In your measures",
    "now": "Now",
    "count": "Cells that sound",
    "told": "The first ones are keys that sound together, all four measures long; look which.",
    "told-works": "This is in what music differs most: red are A, D and E, blue E flat and B flat. One number says "
    "towards which end of the circle of fifths a piece lies, and nothing of when what sounds.",
    "told-fails": "This one changes from measure to measure, but within a measure none of the sixteen does, or hardly. "
    "So no tune and no figure can be told in them. All together hold an eighth of what music differs by.",
    "told-why": "PCA only adds: a number pushes the same cells whatever the others say. A figure that may begin "
    "anywhere would need a number for each place. Networks bend their space, so one number can mean something else "
    "where another has changed.",
}
SQUEEZE_MORE = "The numbers of networks under your hands with the map of all music, and what lies between two pieces:"

localize(__name__)
