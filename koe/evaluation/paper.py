"""The figures that the paper reports of its networks, for looking at beside ours.

They were measured on the paper's own data, 294'656 measures of which nobody
else has a copy, so they say how far its networks got and not which network
is better.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class PaperFigures:
    """One network of the paper.

    Attributes
    ----------
    test_loss : float
        Mean squared error on its test data; the highest it can have been
        where the paper says only ``below``.
    below : bool
        Whether the paper says ``below``.
    parameters, epochs, epoch_chosen : int
    source : str
        Where in the paper it stands.
    train_loss, train_accuracy, test_accuracy : float or None
        As far as given; accuracy is Keras's binary accuracy.
    """

    test_loss: float
    parameters: int
    epochs: int
    epoch_chosen: int
    source: str
    below: bool = False
    train_loss: float | None = None
    train_accuracy: float | None = None
    test_accuracy: float | None = None


TITLE = "Classical Music Generation with Neural Networks"

PAPER: dict[str, PaperFigures] = {
    "ae1": PaperFigures(
        0.0245, 6_055_056, 600, 250, "sections 3.4.2, 3.4.3; figures 11, 12", train_loss=0.0094, train_accuracy=0.99
    ),
    # Dropout adds no parameters to AE1's.
    "ae2": PaperFigures(0.0221, 6_055_056, 1000, 1000, "section 3.4.3; figures 14, 15", train_loss=0.0157),
    "lstm1": PaperFigures(
        0.008, 3_224_088, 200, 200, "section 3.5.2; figures 21, 22", below=True, test_accuracy=0.99
    ),
}  # fmt: skip
