"""What every part of the studio stands on: the models, and their cards."""

from typing import TYPE_CHECKING

from koe.studio.work import Do, at_once

if TYPE_CHECKING:
    from koe.models.cards import ModelCard
    from koe.models.registry import Registry


class StudioBase:
    """A studio with its models and nothing else; its parts are classes derived from it.

    Parameters
    ----------
    registry : Registry, optional
        The models; by default those shipped in ``assets/models``, shared by
        the whole process.
    do : callable, optional
        Does what is marked as work (`koe.studio.work`); at once unless given.
    """

    def __init__(self, registry: "Registry | None" = None, do: Do = at_once) -> None:
        self._registry = registry
        self._do = do

    @property
    def do(self) -> Do:
        """Does what is marked as work."""
        return self._do

    @property
    def registry(self) -> "Registry":
        """The models, found on first use (their weights are read later still)."""
        if self._registry is None:
            from koe.models.registry import default_registry

            self._registry = default_registry()
        return self._registry

    def models(self) -> tuple["ModelCard", ...]:
        """The cards of all models, latent ones first."""
        return self.registry.cards()

    def _threshold(self, model: str, threshold: float | None) -> float:
        return self.registry.card(model).threshold if threshold is None else threshold
