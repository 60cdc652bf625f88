"""The figures of each epoch: in memory, as a CSV file, and for TensorBoard."""

import csv
from pathlib import Path

import keras
import numpy as np


class History:
    """One row an epoch, kept as a CSV file that is always complete.

    Parameters
    ----------
    path : Path
        Such as ``history.csv``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: list[dict[str, float]] = []

    def load(self, n_updates: int) -> None:
        """Read the rows of an earlier run, up to the epoch at which it had made so many updates.

        A run that was killed between writing a row and writing its checkpoint
        has one row more than the checkpoint knows of.
        """
        rows = read_history(self.path) if self.path.exists() else []
        self.rows = [row for row in rows if row["updates"] <= n_updates]

    def add(self, row: dict[str, float]) -> None:
        """Append an epoch."""
        self.rows.append(row)
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            writer.writeheader()
            writer.writerows(self.rows)
        temporary.replace(self.path)


def read_history(path: Path) -> list[dict[str, float]]:
    """The rows of a ``history.csv``."""
    with path.open(newline="", encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


class TensorBoardLog:
    """Scalars and weight histograms in TensorBoard's format, on any of Keras's backends.

    Parameters
    ----------
    folder : Path
        Such as ``runs/ae1/tensorboard``; ``tensorboard --logdir runs`` shows it.
    epoch : int
        Epochs done; later ones of an earlier run are not shown any more.
    """

    def __init__(self, folder: Path, epoch: int = 0) -> None:
        from tensorboardX import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=epoch + 1)

    def add(self, row: dict[str, float], model: keras.Model) -> None:
        """Write an epoch's figures and its weights' distributions."""
        epoch = int(row["epoch"])
        for name, value in row.items():
            if name != "epoch":
                split, _, measure = name.partition("_")
                # TensorBoard draws the curves of one measure next to each other.
                tag = f"{measure}/{split}" if split in ("valid", "test") else name
                self._writer.add_scalar(tag, value, epoch)
        for variable in model.trainable_variables:
            self._writer.add_histogram(variable.path, np.asarray(variable.numpy()), epoch, bins="auto")
        self._writer.flush()

    def close(self) -> None:
        """End the file."""
        self._writer.close()
