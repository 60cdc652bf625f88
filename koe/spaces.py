"""The use cases of a latent space beyond decoding: its axes, its map, and its decoder for a browser.

`Studio` has these methods.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from koe.generation.axes import LatentAxes
    from koe.models.decoder_program import DecoderProgram
    from koe.models.registry import Registry


class Spaces:
    """What there is to know of latent spaces; a part of `koe.studio.Studio`."""

    @property
    def registry(self) -> "Registry":
        """The models."""
        raise NotImplementedError

    def latent_axes(self, model: str) -> "LatentAxes | None":
        """Axes of a model's latent space and a map of real music in it; None where these weights have none.

        Raises
        ------
        ModelError
            If the file is damaged.
        """
        from koe.generation.axes_file import SUFFIX, load_axes

        card = self.registry.card(model)
        path = self.registry.folder / f"{card.name}{SUFFIX}"
        if not path.exists():
            return None
        found = load_axes(path)
        return found if found.weights_sha256 == card.weights_sha256 else None

    def decoder_program(self, model: str) -> "DecoderProgram | None":
        """A model's decoder as plain steps, for browsers; None for one that they cannot tell.

        Raises
        ------
        ModelError
            If the weights are missing or damaged.
        """
        from koe.models.decoder_program import decoder_program

        return decoder_program(self.registry, model)
