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

localize(__name__)
