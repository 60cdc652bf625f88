"""A decoder written out as plain steps and numbers, for whoever has no Keras: a browser.

A program goes through its steps with an array of rows, at first one row with
the latent vector:

``dense``
    Each row times a kernel, plus a bias, through an activation. The kernel
    lies as ``(outputs, inputs)``.
``rows``
    The same numbers as so many rows.
``add``, ``times``
    An array of the same size is added or multiplied with.
``norm``
    Layer normalization of each row.
``residual``
    Steps of its own, whose result is added to what they began with.
``part``
    Of the only row the numbers from one place to another.
``join``
    Several ways to go on from here, each with steps of its own that end in as
    many rows; the rows are put side by side.
``keys``
    Of so many places for keys the 88 that the first latent number asks for,
    which counts semitones: see `koe.models.ae3`.

At the end there are 64 steps of the grid, each with ``n_planes`` times 88
probabilities: of sounding, and, where there are two planes, of being struck.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from koe.models.pca import PCA
from koe.music.grid import SEGMENT_STEPS

if TYPE_CHECKING:
    import keras

    from koe.models.ae3 import BeatAutoencoder
    from koe.models.autoencoders import Autoencoder
    from koe.models.registry import Registry

ACTIVATIONS = ("linear", "elu", "relu", "tanh", "sigmoid", "gelu", "clip")  # clip: to between 0 and 1


@dataclass(frozen=True)
class DecoderProgram:
    """What a decoder does.

    Attributes
    ----------
    latent_dim : int
    n_planes : int
        1, or 2 where struck keys are told from held ones.
    steps : list of dict
        Ready for JSON. ``do`` says what a step does; numbers that name
        weights (``kernel``, ``bias``, ``what``, ``gamma``, ``beta``) are
        places in ``weights``.
    weights : np.ndarray, shape=(n,), dtype=float16
    """

    latent_dim: int
    n_planes: int
    steps: list[dict[str, Any]]
    weights: np.ndarray


def decoder_program(registry: "Registry", name: str) -> DecoderProgram | None:
    """The decoder of a model; None for one that these steps cannot tell.

    Raises
    ------
    ModelError
        If the weights are missing or damaged.
    """
    model = registry.latent(name)
    if isinstance(model, PCA):
        return program_of_pca(model)
    from koe.models.ae3 import BeatAutoencoder
    from koe.models.ae4 import LedAutoencoder
    from koe.models.autoencoders import Autoencoder
    from koe.models.registry import load_network

    network = load_network(registry, name)
    if isinstance(network, LedAutoencoder):
        # A browser shows what its guide has in mind; what the cells write of it comes from the server.
        network = network.guide
    if isinstance(network, Autoencoder):
        return program_of_stack(network)
    return program_of_beats(network) if isinstance(network, BeatAutoencoder) else None


def program_of_pca(model: PCA) -> DecoderProgram:
    """A linear model is one dense layer after a change of units."""
    writer = _Writer()
    writer.array("times", model.scale)
    writer.dense_of(model.components.T, model.mean, "clip")
    return writer.program(model.latent_dim, 1)


def program_of_stack(network: "Autoencoder") -> DecoderProgram:
    """Dense layers one after another; tied ones lie the right way round already."""
    writer = _Writer()
    for layer in network.decoder_layers:
        writer.dense(layer)
    return writer.program(network.bottleneck.units, 1)


def program_of_beats(network: "BeatAutoencoder") -> DecoderProgram:
    """The stack of the segment's numbers, and the same layers for each beat; see `koe.models.ae3`."""
    from koe.models.ae3 import N_BEATS, N_PLACES, SEGMENT_DIM

    writer = _Writer()

    def say() -> None:
        writer.part(1, SEGMENT_DIM)  # the first latent number has no part in it but at the end
        for layer in network.stack_out:
            writer.dense(layer)

    def by_the_stack() -> None:
        say()
        writer.dense(network.roll_out)
        writer.rows(SEGMENT_STEPS)

    def content() -> None:
        writer.part(1, network.latent_dim)

    def in_the_light_of_all() -> None:
        writer.join(content, say)
        writer.dense(network.all_out)
        writer.residual(network.residual_out)
        writer.norm(network.norm_out)
        writer.dense(network.context_out)
        writer.rows(N_BEATS)

    def by_its_own() -> None:
        writer.part(SEGMENT_DIM, network.latent_dim)
        writer.rows(N_BEATS)
        writer.dense(network.own_out)

    def by_the_beats() -> None:
        writer.join(by_its_own, in_the_light_of_all)
        writer.array("add", _array(network.places_out))
        *others, last = network.beat_out
        for layer in others:
            writer.dense(layer)
        # The network has a place's steps and planes side by side, a program the places of a plane.
        order = np.arange(last.units).reshape(N_PLACES, -1).T.ravel()
        writer.dense_of(_array(last.kernel).T[order], _array(last.bias)[order], "linear")
        writer.rows(SEGMENT_STEPS)

    if network.beat_dim:
        writer.total(by_the_beats, by_the_stack)
    else:
        by_the_stack()
    writer.activate("sigmoid")
    writer.keys()
    return writer.program(network.latent_dim, 2 if network.beat_dim else 1)


@dataclass
class _Writer:
    steps: list[dict[str, Any]] = field(default_factory=list)
    parts: list[np.ndarray] = field(default_factory=list)
    size: int = 0

    def program(self, latent_dim: int, n_planes: int) -> DecoderProgram:
        return DecoderProgram(latent_dim, n_planes, self.steps, np.concatenate(self.parts))

    def dense(self, layer: "keras.layers.Layer", activation: str | None = None) -> None:
        source = getattr(layer, "_source", None)  # of a tied layer, whose kernel is the source's, transposed
        kernel = _array(source.layer.kernel) if source else _array(layer.kernel).T
        name = activation or layer.activation.__name__
        if name not in ACTIVATIONS:
            raise ValueError(f"no step has the activation {name}")
        self.dense_of(kernel, _array(layer.bias), name)

    def dense_of(self, kernel: np.ndarray, bias: np.ndarray, activation: str) -> None:
        outputs, inputs = kernel.shape
        places = {"kernel": self._place(kernel), "bias": self._place(bias)}
        self.steps.append({"do": "dense", "inputs": inputs, "outputs": outputs, **places, "activation": activation})

    def residual(self, layers: Sequence["keras.layers.Layer"]) -> None:
        def inner() -> None:
            for layer in layers:
                self.dense(layer)

        self.steps.append({"do": "residual", "steps": self._apart(inner)})

    def part(self, start: int, stop: int) -> None:
        self.steps.append({"do": "part", "start": start, "stop": stop})

    def join(self, *ways: Callable[[], None]) -> None:
        self.steps.append({"do": "join", "ways": [self._apart(way) for way in ways]})

    def total(self, *ways: Callable[[], None]) -> None:
        self.steps.append({"do": "total", "ways": [self._apart(way) for way in ways]})

    def activate(self, activation: str) -> None:
        self.steps.append({"do": "activate", "activation": activation})

    def _apart(self, write: Callable[[], None]) -> list[dict[str, Any]]:
        """What is written meanwhile, as steps of their own."""
        outer, self.steps = self.steps, []
        write()
        inner, self.steps = self.steps, outer
        return inner

    def norm(self, layer: "keras.layers.LayerNormalization") -> None:
        places = {"gamma": self._place(_array(layer.gamma)), "beta": self._place(_array(layer.beta))}
        width = layer.gamma.shape[0]
        self.steps.append({"do": "norm", "width": width, **places, "epsilon": float(layer.epsilon)})

    def rows(self, n: int) -> None:
        self.steps.append({"do": "rows", "n": int(n)})

    def keys(self) -> None:
        from koe.models.ae3 import LOWEST_SHIFT, N_PLACES, SHIFT_UNIT

        self.steps.append({"do": "keys", "places": N_PLACES, "lowest": LOWEST_SHIFT, "unit": SHIFT_UNIT})

    def array(self, do: str, what: np.ndarray) -> None:
        self.steps.append({"do": do, "what": self._place(what)})

    def _place(self, array: np.ndarray) -> int:
        place = self.size
        self.parts.append(np.ascontiguousarray(array, dtype=np.float16).ravel())
        self.size += array.size
        return place


def _array(variable: Any) -> np.ndarray:
    return np.asarray(variable.numpy())
