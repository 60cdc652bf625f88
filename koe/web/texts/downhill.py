"""What the page Downhill says: how networks learn."""

from koe.web.texts.language import localize

DOWNHILL_TITLE = "Downhill"
DOWNHILL_LEAD = (
    "**A network learns by going downhill: it changes each of its weights a little, so that its error falls.**"
)
DOWNHILL_MORE = (
    "Imagine a landscape. Where you stand says what the weights are, how high you stand says how wrong the network "
    "is. Nobody sees the whole of it; one feels only the slope below one's feet, takes a step down, and feels again. "
    "How long the step is, is the *learning rate*. This landscape has two weights, so it can be drawn; LSTM1's has "
    "three million. Tap it to put the balls somewhere else, and drag it to turn it."
)
DOWNHILL = {
    "lesson": "Balls on a loss surface",
    "picture": "A loss surface over two weights with balls that roll down it, and beside it how their loss falls.",
    "surface": "The landscape",
    "surface-bowl": "Bowl",
    "surface-ravine": "Ravine",
    "surface-valleys": "Two valleys",
    "surface-saddle": "Saddle",
    "method": "How to step",
    "method-all": "All four",
    "method-sgd": "Plain descent",
    "method-momentum": "Momentum",
    "method-rmsprop": "RMSprop",
    "method-adam": "Adam",
    "rate": "Learning rate",
    "x": "Start, first weight",
    "y": "Start, second weight",
    "turn": "Turn the picture",
    "loss": "Loss",
    "updates": "updates",
    "update": "Update",
    "gone": "flew off",
    "told": "The nearer valley is not the deeper one. Who only ever goes down stays in it; who has momentum may roll "
    "through, and is not sure to end up lower.",
    "told-works": "Adam finds the way through a narrow ravine: it takes steps of much the same length along both "
    "weights, however steep they are.",
    "told-fails": "Plain descent with too high a learning rate: each step leaps over the bottom and lands higher on "
    "the other side, until the ball flies off.",
    "told-why": "The walls allow no longer steps than this ball could take safely, and for the flat way along the "
    "floor these are too short: it is down at once, and then hardly moves. One learning rate does not fit both "
    "weights.",
}
CURVE_TITLE = "The paper’s own descent"
CURVE_LEAD = (
    "AE1 has six million weights, so nobody can draw its landscape; but its height can be written down after each "
    "*epoch*, once through all the music. The paper’s AE1 fell for 250 epochs, to an error of 0.0094, and then rose "
    "again: the learning rate was too high for ground so deep down. Koe’s AE1 learned from other music, with a rate "
    "that becomes smaller, and so comes to rest."
)
TRAINING_TITLE = "A network of your own"
TRAINING_LEAD = (
    "Here is a real one, small enough to learn in your browser: an autoencoder that takes the 88 keys of one "
    "sixteenth, tells them in a few numbers, and writes them again from these. It learns from three quarters of your "
    "four measures; the last quarter is kept secret, as a test. Let it run, and listen while it learns: first noise, "
    "then silence, since most keys are silent and saying nothing is seldom wrong; then the notes."
)
TRAINING = {
    "lesson": "A tiny autoencoder that learns",
    "picture": "Your four measures, what the network writes of them now, and how its error falls.",
    "numbers": "Numbers in the middle",
    "speed": "Learning rate",
    "optimizer": "How to step",
    "optimizer-sgd": "Plain descent",
    "optimizer-momentum": "Momentum",
    "optimizer-rmsprop": "RMSprop",
    "optimizer-adam": "Adam",
    "dropout": "Dropout: switch off 30 % of the cells, others each time",
    "transposed": "Learn the measures in all twelve keys",
    "original": "Your four measures, 64 sixteenths",
    "made": "What the network writes now",
    "hidden": "kept secret",
    "error": "Error (mean squared)",
    "epochs": "epochs",
    "epoch": "Epoch",
    "known": "What it learns from",
    "secret": "What is kept secret",
    "best": "Best on that",
    "weights": "Weights",
    "told": "Yours to try: fewer numbers, other steps, a faster or slower descent.",
    "told-works": "In all twelve keys there is twelve times as much to learn from, and less to learn by heart: both "
    "errors fall, and it writes much of the secret quarter, which it has never heard.",
    "told-fails": "It overfits: the error of what it learns from falls on and on, while that of the secret quarter "
    "stops falling. It has learned the others by heart, not what they have in common.",
    "told-why": "Dropout switches other cells off each time, so none can rely on another to know a chord by heart. "
    "It learns more slowly, and the secret quarter often comes out better. AE2 is AE1 with this.",
}

localize(__name__)
