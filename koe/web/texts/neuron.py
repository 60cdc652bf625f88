"""What the page One neuron, one layer says."""

from koe.web.texts.language import localize

NEURON_TITLE = "One neuron, one layer"
NEURON_LEAD = "**A neuron weighs what it hears, adds it up, and bends the sum; many of them can say what one cannot.**"
NEURON_MORE = (
    "C and G sound all the time. Two more keys may sound with them, E flat and E, and the network is asked about "
    "these two. A neuron multiplies each input by a *weight*, adds a *bias*, and bends the sum by its *activation "
    "function*. The square shows its answer for every loudness of both keys: red for yes, blue for no. The four "
    "marks are what it is to learn, circles for yes, squares for no. Tap the square to see what each cell says "
    "there.\n\n"
    "Is it a triad? With E flat it is minor, with E it is major; with neither or both it is none. One neuron draws "
    "one straight line, and no straight line has these two corners on one side and those two on the other. A layer "
    "of four draws four lines, and another neuron puts them together. Choose one neuron alone, and set its weights "
    "by hand: you will not find any that work either."
)
NEURON = {
    "lesson": "A neuron, or a few, and two keys",
    "picture": "What the network answers for every loudness of two keys, its cells and weights, and how its error "
    "falls.",
    "task": "The question",
    "task-both": "Do both sound?",
    "task-either": "Does any sound?",
    "task-triad": "Is it a triad?",
    "hidden": "Neurons in between",
    "hidden-0": "None: one alone",
    "hidden-2": "Two",
    "hidden-4": "Four",
    "hidden-8": "Eight",
    "activation": "Activation function",
    "activation-sigmoid": "Sigmoid",
    "activation-tanh": "Tanh",
    "activation-relu": "ReLU",
    "activation-elu": "ELU",
    "rate": "Learning rate",
    "first": "Weight of E flat",
    "second": "Weight of E",
    "bias": "Bias",
    "case-0": "neither",
    "case-1": "E flat",
    "case-2": "E",
    "case-3": "both",
    "one": "how loud E flat is",
    "other": "how loud E is",
    "key-0": "E♭",
    "key-1": "E",
    "error": "Error (mean squared)",
    "epochs": "epochs",
    "epoch": "Epoch",
    "right": "Right",
    "here": "At the cross",
    "told": "Try fewer neurons, or another activation function; each time it begins anew, its first weights are "
    "others.",
    "told-works": "Four neurons in between are enough: each draws a line, and together they fence off what is a triad.",
    "told-fails": "One neuron alone never gets all four right: whatever its weights are, the border between yes and "
    "no is a straight line.",
    "told-why": "Asked whether both sound, one neuron is enough, for a straight line separates this corner from the "
    "others. Triads are not at the end of one line: they are an exclusive or.",
}
LAYERS_TITLE = "Many layers, and how they begin"
LAYERS_LEAD = (
    "Your measures go through eight layers whose weights have only just been drawn, and nothing has been learned. "
    "With weights that are too small, each layer says less than the one before, and the last says the same of all "
    "music. With weights that are too large, cells that can only go from −1 to 1 stand at their ends, where their "
    "slope is nearly nothing. Glorot’s rule keeps both in between, on the way there and on the way back; the paper’s "
    "autoencoders begin with it."
)
LAYERS = {
    "lesson": "Eight layers that have not learned yet",
    "picture": "What the cells of each of eight layers say of your measures, and how far apart that is from layer to "
    "layer.",
    "times": "Size of the weights, by Glorot’s rule",
    "kind": "Activation function",
    "kind-tanh": "Tanh",
    "kind-sigmoid": "Sigmoid",
    "kind-relu": "ReLU",
    "kind-elu": "ELU",
    "histograms": "What the cells of each layer say: blue, of all steps; red, now",
    "spread": "Spread (blue), slope (red)",
    "depth": "layer",
    "first": "Spread in the first layer",
    "last": "In the last",
    "slope": "Slope that arrives at the first layer",
    "told": "The slope is measured by that of the last layer. Where both lines stay level, all layers can learn.",
    "told-works": "Glorot’s rule: what is said still differs from step to step in the last layer, and every layer "
    "hears of an error.",
    "told-fails": "Less than half as large, and what the layers say shrinks to nothing; what the first layers hear "
    "of an error shrinks with it, and they would hardly learn.",
    "told-why": "Four times as large: the cells of tanh stand at −1 or 1. There the slope is small, so a change of a "
    "weight changes nothing; and slopes on the way back are anything, from layer to layer.",
}

localize(__name__)
