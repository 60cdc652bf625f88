"""Texts of the Models page; what pages share is in `koe.web.texts.pages`.

Markdown throughout; ``{...}`` is filled in by what shows them.
"""

from koe.web.texts.language import localize

MODELS_TITLE = "Models"
MODELS_LEAD = "Nobody taught these networks music. Choose one and hear how it found out by itself."
MODELS_FACTS = ("{parameters} adjustable numbers", "{epochs}", "{minutes} of training")
NO_RECORD = "Nobody recorded how {model} learned, so there is no training to hear or see; here is what it became."
TABS = {
    "playing": "Hear it learn",
    "evolution": "Hear it learn",
    "curves": "Learning curves",
    "weights": "Its weights",
    "mirror": "Reconstruction",
    "figures": "How good is it?",
    "card": "Card",
}
# What a network is, by its name, where its card does not say so in the visitor's language; cards are in English.
DESCRIPTIONS: dict[str, str] = {}

# -- hear it learn -------------------------------------------------------------

EPOCH, EPOCH_ZERO, EPOCH_CHOSEN = "epoch {epoch}", "before training", "epoch {epoch}, the one kept"
AT_EPOCH = "at epoch {epoch}"
EVOLUTION_LEAD = {
    "latent": (
        "An epoch is one round through all the training pieces. After each, the network had to write the same four "
        "measures again from its few numbers."
    ),
    "continuation": (
        "An epoch is one round through all the training pieces. After each, the network was given the same chord and "
        "went on from it."
    ),
}
EVOLUTION_SLIDER = "Drag through its training"
EVOLUTION_HELP = {
    "latent": (
        "The paper saw its autoencoders begin with silence, then play only middle C, then chords around it, then "
        "melodies. Is it so here, too?"
    ),
    "continuation": (
        "The paper saw its network begin with notes scattered all over the piano, and learn to leave out what does "
        "not belong. Is it so here, too?"
    ),
}
EVOLUTION_ORIGINAL = "What it was given"
EVOLUTION_MADE = "What it wrote, {epoch}"
EVOLUTION_GIVEN = "In ink the chord that it was given, in vermilion what it wrote."
EVOLUTION_NOTHING = "**Silence.** Not one key sounds."
EVOLUTION_ONE_KEY = "**One key only:** {key}, in {notes}."
EVOLUTION_KEYS = "**{notes} on {keys}**, from {lowest} to {highest}, {at_once} at once on average."
EVOLUTION_FOUND = "It found {recall} of the original, and {precision} of what it plays is right."
EVOLUTION_NOISE = "That is noise: no pianist has so many fingers."
EVOLUTION_SILENCE = "It falls silent for {measures}."
EVOLUTION_STUCK = "It holds one key for {measures}."
JOURNEY = "**What to notice:** {journey}"
JOURNEY_SILENT = "It stays silent all the way."
JOURNEY_SILENT_BEFORE, JOURNEY_SILENT_UNTIL = "silence before training", "silence up to epoch {epoch}"
JOURNEY_ONE_KEY = "only {key} {at_epoch}"
JOURNEY_KEYS = "{keys} {at_epoch}, about {at_once} at once"
JOURNEY_FOUND = "{keys} {at_epoch}, with {recall} of the original found"

# -- hear it learn to play -----------------------------------------------------

PLAYING_LEAD = (
    "The same notes every time, and what a player makes of them. The network learned how its teacher plays other "
    "pieces, a few passages at each update; these three it never heard."
)
PLAYING_PIECE, PLAYING_SLIDER = "Piece", "Drag from the written page to the teacher"
PLAYING_HELP = (
    "What the network expects of a good performance at each point, without the luck of a reading. The last point is "
    "the network that plays in Koe; those before it are of another training by the same recipe."
)
PLAYING_WRITTEN, PLAYING_RULES, PLAYING_TEACHER = "as written", "simple rules", "the teacher"
PLAYING_UPDATES, PLAYING_SHIPPED = "after {n} updates", "after {n} updates, as in Koe"
PLAYING_IS_WRITTEN = "**As it is written:** one loudness, one tempo, no pedal."
PLAYING_IS_TEACHER = "**The teacher's own performance**, shaped by hand in a sequencer."
PLAYING_LIKENESS = (
    "**Like the teacher's** in this excerpt: loudness {loudness}, tempo {tempo} (correlation; 1 is alike)."
)
PLAYING_VALID = (
    "On whole pieces that it did not learn from: loudness {velocity}, tempo {tempo}, pedal {pedal} (F1; 1 is alike)."
)
PLAYING_CURVES = {"loudness": "Loudness of each beat (velocity)", "tempo": "Tempo of each beat (1 is the median)"}
PLAYING_ALT = "{title}, measure by measure, in {piece}: teacher, network and rules"
PLAYING_CREDIT = (
    "Beginnings of performances by Bernd Krueger, [piano-midi.de](http://www.piano-midi.de), "
    "[CC BY-SA 3.0 DE](https://creativecommons.org/licenses/by-sa/3.0/de/); changed by rules and network as said."
)

# -- learning curves -----------------------------------------------------------

CURVES_LEAD = (
    "After every epoch the network was measured on three groups of pieces: **train**, from which it learns; **valid**, "
    "which decide when it is at its best; **test**, which decide nothing."
)
CURVES = {"mse": "Error (MSE), lower is better", "binary_accuracy": "Cells right, higher is better"}
CURVE_NAMES = {"train": "train", "valid": "valid", "test": "test", "chosen": "the epoch kept"}
EPOCHS_AXIS = "epoch"
CURVES_NONE = "This was not recorded."
CURVES_ALT = "{title} of {model} over its epochs"
CURVES_LOSS = "What it was trained to lower: {loss}"
CURVES_LOSS_HELP = "The epoch kept is the one where this is lowest on the pieces of valid."
LOSSES = {"mse": "mean squared error", "binary_crossentropy": "binary cross-entropy"}
CURVES_CHOSEN = "Epoch **{chosen}** of {epochs} was kept, the best on valid."
CURVES_KEPT = "Epoch **{chosen}** of {epochs} was kept."
CURVES_TO_THE_END = "It got better up to the end."
CURVES_OVERFITTING = (
    "After it, the network learned its own pieces by heart: better on them, worse on all others (overfitting)."
)
CURVES_LEVEL = "After it, valid came out no better."

# -- its weights ---------------------------------------------------------------

WEIGHTS_LEAD = (
    "All that a network knows is in its weights. Each hill shows which values the weights of one layer have after one "
    "epoch."
)
WEIGHTS_LAYER = "Layer"
WEIGHTS_LETTERS = {
    "latent": (
        "E: encoder, from the outside in. B: bottleneck. D: decoder, from the inside out; AE1's and AE2's is tied to "
        "the encoder. AE3 has S and T besides, a stack for the whole segment, in and out by the same weights."
    ),
    "continuation": "L: layers with a memory (LSTM). D: the last layer, which says how likely each key is.",
    "composition": "B: blocks of attention. T, P and D: what says when a note begins, which key it is, and how long.",
}
VARIABLES = {"kernel": "weights", "recurrent_kernel": "weights of its memory", "bias": "biases"}
WEIGHTS_SPREAD = "{n}, spread by {first} {begin} and by {last} {end}: {change}."
WEIGHTS_APART, WEIGHTS_TOGETHER = "learning pulled them apart", "learning drew them together"
WEIGHTS_SAME = "learning hardly changed how far they spread"
WEIGHTS_LEGEND = (
    "The first epoch at the back, the last in front; in vermilion the one kept. All hills are drawn equally high. "
    "The spread is the standard deviation."
)
WEIGHTS_ALT = "Distributions of {layer} of {model}, epoch by epoch"

# -- reconstruction ------------------------------------------------------------

MIRROR_LEAD = "A segment of your piece, and what {model} makes of them."
MIRROR_MORE = "All models side by side"

# -- how good is it ------------------------------------------------------------

FIGURES_LEAD = {
    "latent": "Write four measures again from a few numbers: how close does it come, on pieces that it never saw?",
    "continuation": "Say which keys come next: how close does it come, on pieces that it never saw?",
    "composition": "Foretell whole pieces that it never saw, sixteenth by sixteenth: how surprised is it?",
    "performance": "Play scores that it never saw: how like its teacher's is its playing?",
}
FIGURES_COLUMN = "On the test pieces"
FIGURES_COLUMNS = {"mse": "Error (MSE)", "f1": "F1", "binary_accuracy": "Cells right"}
FIGURES_COLUMNS_COMPOSING = {"nats_a_step": "Surprise (nats a sixteenth)"}
FIGURES_COLUMNS_PERFORMING = {"velocity": "Loudness", "tempo": "Tempo", "pedal": "Pedal"}
FIGURES_TRAINING = ("Epochs", "Adjustable numbers")
FIGURES_EPOCHS = "{kept} of {trained}"
FIGURES_PAPER = "{model} in the paper ◊"
FIGURES_SOURCE = "{model}: {source}; its loss on its training pieces {loss}."
FIGURES_SOURCE_ALONE = "{model}: {source}."
FIGURES_BELOW = "below {value}"
BASELINES = {
    "zeros": "Silence",
    "mean": "The average roll",
    "pca": "PCA with 16 components",
    "repeat": "Repeating the last step",
    "markov": "Key by key (Markov chain)",
    "flat": "As written",
    "average": "Even, with the pedal down",
    "rules": "By simple rules",
}
FIGURES_NOTE = (
    "◊ Measured by the paper on its own data, which nobody can get. Other pieces are harder or easier, so these rows "
    "say nothing about which network is better."
)
FIGURES_HOW = "What this says"
FIGURES_HOW_TEXT = (
    "**Error (MSE)**: how far the network's certainty is from what sounds, squared; 0 is perfect. Most cells of a roll "
    "are empty, so even silence has a small error.\n\n"
    "**F1**: of the keys that sound and the keys that it plays, how many are the same; 1 is perfect, silence has 0.\n\n"
    "**Cells right**: share of all cells, empty ones too, that are right. Silence is right nearly everywhere, so this "
    "says the least.\n\n"
    "**Epochs**: which epoch was kept, of how many.\n\n"
    "In brackets: where the figure would lie, with 95 % confidence, had other works been chosen for the test.\n\n"
    "Rows with ◊: *Classical Music Generation with Neural Networks*. "
)
FIGURES_HOW_COMPOSING = (
    "**Surprise**: the negative logarithm of how likely the network holds what comes, for every sixteenth of whole "
    "pieces, with which keys are struck, held and silent; exact, and lower is better. It is told nothing but the metre."
)
FIGURES_HOW_PERFORMING = (
    "**Loudness, Tempo**: how far notes that the teacher plays louder, and beats that he takes faster, than others of "
    "their piece are louder and faster here too (correlation); 1 is perfect, even playing has 0.\n\n"
    "**Pedal**: of the beats with the pedal down, how many are the same (F1); 1 is perfect.\n\n"
    "In brackets: where the figure would lie, with 95 % confidence, had other works been chosen for the test.\n\n"
    "The simple rules: accents by the metre, louder when higher, slower at the end, a new pedal with every beat. "
    "The teacher shaped his performances by hand in a sequencer; other pianists play otherwise. "
)
FIGURES_INTERVAL = "{value} ({low} to {high})"
COMPOSERS = "Composer by composer"
COMPOSERS_TEXT = "Easier with some, harder with others. The last column says what {baseline} gets."
COMPOSERS_COLUMNS = ("Composer", "Pieces", "Error (MSE)", "F1", "Error of the baseline")
ALONE = "When it writes by itself"
ALONE_TEXT = {
    "latent": "{n} times its numbers were drawn at random, near those of real music, and turned into four measures.",
    "continuation": "{n} times it went on from two measures of a test piece, for {measures}.",
    "composition": "{n} times it composed a piece, of about {measures}.",
}
ALONE_COLUMN = "Share of pieces that"
# As the report names whose pieces are counted.
ALONE_COLUMNS = {"generated": "by {model}", "guarded": "by {model} in Koe ◇", "real": "real music"}
ALONE_GUARD = (
    "◇ In Koe, four measures that fall silent, get stuck or strike too many keys are made again, with other luck. "
    "A key that is struck again at once looks held here, so real music has such keys too."
)
ALONE_RATES = {
    "silence_over_2_measures": "fall silent for over two measures",
    "bursts_over_12_keys": "strike more than 12 keys at once",
    "stuck_notes_over_4_measures": "hold a key for over four measures",
}
ALONE_DENSITY = "Keys sound {times} times as often as in real music."
ALONE_COPY = (
    "The longest passage that it shares with a piece it learned from: {notes} in {steps}, as in {title} by {composer}."
)

# -- card ----------------------------------------------------------------------

CARD_LAYERS = "Layers"
CARD_DATA = "Made with"
CARD_SPLITS = "{name}: {train} to learn from, {valid} to choose the epoch by, {test} to test it on"
CARD_TRAINED = "Trained"
CARD_SEED = "Seed of the training"
CARD_LICENCE = "Licence of the weights"
CARD_ATTRIBUTION = "Thanks to"
CARD_HASH = "SHA-256 of the weights begins"
CARD_ALL = "Everything on the card"

localize(__name__)
