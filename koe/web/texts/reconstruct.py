"""What the page Reconstruct says."""

from koe.web.texts.language import localize

RECONSTRUCT_TITLE = "Reconstruct"
RECONSTRUCT_LEAD = (
    "Each network squeezes your segment, 5632 yes-or-no numbers, into a few, the paper's networks into just 16, and "
    "then tries to write the music again from those alone. What it gets right it has understood; what it gets wrong "
    "shows what it takes for music."
)
RECONSTRUCT_ORIGINAL = "The original"
MODEL_IN_WORDS = {
    "ae1": "A deep autoencoder: eight layers, 16 numbers in the middle.",
    "ae2": "The same, trained while parts of it were switched off at random (dropout).",
    "ae3": "Beat by beat, struck and held keys apart, 128 numbers in the middle.",
    "ae4": "AE3's 128 numbers, written in time, each key knowing what was played before.",
    "pca": "No network at all: principal components, the best that straight lines can do.",
}
FOUND = "**{found}** of {total} come back."
NUMBERS_KEPT = "The {n} numbers it kept"
F1, PRECISION, RECALL, MSE = "F1", "Precision", "Recall", "MSE"
METRIC_HELP = {
    "f1": "Precision and recall in one number; 1 is perfect.",
    "precision": "Of what the network wrote, how much stands in the original.",
    "recall": "Of the original, how much the network found.",
    "mse": "Mean squared error of the probabilities, before the threshold; 0 is perfect.",
}
VIEW = "Show"
VIEWS = {"notes": "Notes", "probabilities": "How sure it was"}
NUMBER_HOVER = "number %{x}: %{y:.3f}"
SURE_LEGEND = "What it nearly played: the stronger the tint, the closer a key came to the threshold."

localize(__name__)
