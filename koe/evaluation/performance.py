"""How like a teacher's a performance is, note by note and beat by beat."""

import numpy as np


def correlation(left: np.ndarray, right: np.ndarray) -> float:
    """Pearson's correlation of two rows of numbers; 0 where one of them does not vary."""
    left, right = left - left.mean(), right - right.mean()
    size = float(np.sqrt((left**2).sum() * (right**2).sum()))
    return float((left * right).sum() / size) if size > 1e-9 else 0.0
