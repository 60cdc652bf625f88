"""Who made a piece, and how: what a score, a readme and a link say about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Making:
    """How a network made a piece.

    Attributes
    ----------
    model : str
        Its name, such as ``"lstm1"``.
    seed : int or None
        What chance was drawn from; None where there was none.
    settings : tuple of (str, str)
        Names and values of everything else that it depended on, for people.
    """

    model: str
    seed: int | None = None
    settings: tuple[tuple[str, str], ...] = ()

    @property
    def credit(self) -> str:
        """One line for the head of a score.

        Examples
        --------
        >>> Making("lstm1", 7).credit
        'Made with Koe, LSTM1, seed 7'
        """
        parts = ["Made with Koe", self.model.upper()]
        if self.seed is not None:
            parts.append(f"seed {self.seed}")
        return ", ".join(parts)
