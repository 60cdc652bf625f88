"""What the page Memory says: how LSTM1 remembers."""

from koe.web.texts.language import localize

MEMORY_TITLE = "Memory"
MEMORY_LEAD = "**An LSTM decides at every step what it keeps, what it takes in, and what it says of it.**"
MEMORY_MORE = (
    "What you see is real: LSTM1 hears your four measures, sixteenth by sixteenth, and these are some of its "
    "thousand cells, from long memories at the top to short ones below. Each holds a number, red above zero and blue "
    "below. Three *gates* stand before it. The **forget gate** says how much of the number stays, the **input gate** "
    "how much of what is new comes in, the **output gate** how much of it is told to the others. Tap a row to look "
    "into a cell, or anywhere to go there.\n\n"
    "Below it a cell without gates is told exactly the same. All it has is one weight for its own past. Whatever "
    "that weight is, the first note fades, or is overrun by the cell’s own echo. An open forget gate hands a number "
    "on as it is.\n\n"
    "On the right stands what LSTM1 expects next: 88 chances, one for each key. For each a coin is tossed, loaded by "
    "just that chance; a dot means that the key comes. The **temperature** changes the coins: low, and only what is "
    "likely comes; high, and all become alike. The dark marks are what your piece really does next."
)
MEMORY = {
    "lesson": "LSTM1 from within",
    "picture": "Your melody, the memories of LSTM1 while it hears it, the gates of one cell, and its chances for "
    "what comes next.",
    "layer": "Layer",
    "layer-1": "First",
    "layer-2": "Second",
    "cell": "Cell, from the longest memory",
    "weight": "Weight of the cell without gates",
    "temperature": "Temperature",
    "at": "Sixteenth",
    "listen": "What is heard",
    "listen-melody": "Your melody",
    "listen-tossed": "What the coins say",
    "heard": "What it hears",
    "chances": "What it expects",
    "carpet": "What its cells hold",
    "gates": "The gates of this cell",
    "states": "What it holds",
    "left": "What is left of the first step",
    "forget": "forget gate",
    "input": "input gate",
    "output": "output gate",
    "gated": "LSTM1",
    "gateless": "no gates",
    "step": "Sixteenth",
    "number": "Cell no.",
    "life": "Keeps half for",
    "sixteenths": "sixteenths",
    "kept": "Left in LSTM1",
    "lost": "Left without gates",
    "came": "Coins up",
    "told": "Look for a cell that changes at each measure, or one that holds on to a chord.",
    "told-works": "This cell’s forget gate stays nearly open: long after the first note something of it is left. "
    "Without gates, at 0.9, it is gone after a few beats.",
    "told-fails": "With a weight of 0.5 half of what was there is lost at each sixteenth, at the least: after two "
    "beats the cell without gates has forgotten the beginning.",
    "told-why": "Could a larger weight help? At 1.6 the cell without gates keeps hearing itself: it runs to one end "
    "and stays there, whatever the music does. What is left of the first note is next to nothing again. The gates "
    "are there because no single weight keeps a number and listens, too.",
}
LOOKBACK_TITLE = "What the newest network looks back at"
LOOKBACK_LEAD = (
    "TR1 has no cells that keep numbers: it keeps the piece. Before each note it looks back at what is there already. "
    "The measure with the frame is the one that is to come; the redder an earlier one is, and the thicker its arc, the "
    "more it counts. Below, all measures stand in rows, each with what it looks at. Tap a measure or a row to go there."
)
LOOKBACK = {
    "lesson": "What TR1 looks back at",
    "picture": "Your piece with arcs from one measure to those that TR1 looks back at, and a table of all measures.",
    "look": "How it looks back",
    "look-proposals": "Measures like the last ones",
    "look-attention": "Attention",
    "look-pointers": "Pointers at keys",
    "now": "Measure to come",
    "ear": "What is heard",
    "ear-whole": "The piece",
    "ear-pair": "What it looks at most, then this measure",
    "piece": "Your piece, and what it looks back at",
    "all": "All measures, from the first down: what each looks at",
    "measure": "Measure",
    "at": "Looks back at",
    "nothing": "nothing yet",
    "itself": "At what has been of itself",
    "far": "Four measures back and more",
    "told-works": "Earlier measures that are most like what was heard last propose what followed there. However long "
    "the piece is, all of it is within reach: look for a row that jumps back to the beginning.",
    "told-fails": "Attention compares each note with 384 earlier ones, in forty ways at once. Most of it stays where "
    "it is: with the measure itself and the one before. What lies farther back has little weight here.",
    "told-why": "Four more ways point at notes, to say which key comes next. They look farther than the others: "
    "which keys belong to a piece was said long ago. Together with the proposals, the network decides anew before each "
    "note how much each of them counts.",
}
LOOKBACK_MORE = (
    "These are TR1’s own weights, not a story about them. They show what it had in view, not why it wrote a note. The "
    "shares of a measure add up to 100 %; at most the first 48 measures are looked at."
)
BEGINNINGS_TITLE = "The same beginning for two networks"
BEGINNINGS_LEAD = (
    "The beginning of your four measures is given to AE1, an autoencoder, and to LSTM1. Both are the paper’s, and both "
    "learned from the same music. What is pale followed in your piece; neither was told of it."
)
BEGINNINGS = {
    "lesson": "The same beginning for an autoencoder and an LSTM",
    "picture": "Your measures; what an autoencoder writes of their beginning, at once; and how an LSTM goes on from "
    "it, step by step.",
    "known": "Given are",
    "known-1": "one measure",
    "known-2": "two measures",
    "known-3": "three measures",
    "who": "What is heard",
    "who-lstm": "LSTM1",
    "who-autoencoder": "AE1",
    "who-piece": "Your piece",
    "roll-piece": "Your piece: what is given, and what followed",
    "roll-autoencoder": "AE1, all four measures at once",
    "roll-lstm": "LSTM1, sixteenth after sixteenth",
    "given": "Given",
    "sixteenths": "sixteenths",
    "sounds-autoencoder": "Then AE1 sounds for",
    "sounds-lstm": "LSTM1 for",
    "told-works": "Two measures are enough for LSTM1 to go on in their manner for a while. AE1 writes them again as "
    "well as it can, and then mostly the silence that it was shown.",
    "told-fails": "With one measure AE1 has hardly anything to write again, and may say nothing at all. LSTM1 has less "
    "to go by, and soon plays what it likes.",
    "told-why": "Given three, AE1 often fills some of the fourth: its few numbers cannot say exactly where the music "
    "stops, and in what it learned from, music goes on. LSTM1 does what it always does.",
}
BEGINNINGS_WHY = (
    "**Why they differ.** An autoencoder sees all four measures at once and is to write the same again; the silence "
    "after the beginning is music to it like any other. An LSTM hears one sixteenth after another and is asked what "
    "comes next, so it leaves the beginning as it is and goes on for as long as one likes. And it never sees the "
    "whole: each coin knows only what has been, so it cannot aim at an end."
)

localize(__name__)
