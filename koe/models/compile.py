"""Turning a function of tensors into one that the backend has compiled.

Keras has no call of its own for this, so each backend is asked in its own
words; this module is the only one that knows them.
"""

import threading
from collections.abc import Callable
from typing import Any

import keras
import numpy as np


def compiled(function: Callable, fuse: bool = False) -> Callable:
    """Compile ``function`` for the backend in use.

    Parameters
    ----------
    function : callable
        Takes and returns tensors; made of `keras.ops`.
    fuse : bool
        Whether to compile for each shape of the arguments anew with a fusing
        compiler (XLA), which takes about a second and pays for a loop of many
        small steps. Otherwise the length of the first axis is free.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow

        return tensorflow.function(function, jit_compile=True if fuse else None, reduce_retracing=not fuse)
    if backend == "jax":
        import jax

        return jax.jit(function)
    import torch

    return torch.no_grad()(function)


def gradient(function: Callable) -> Callable:
    """The gradient of a function with respect to its first argument.

    Parameters
    ----------
    function : callable
        Takes tensors and returns one number; made of `keras.ops`.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow

        def of_tensorflow(first, *others):
            with tensorflow.GradientTape() as tape:
                tape.watch(first)
                value = function(first, *others)
            return tape.gradient(value, first)

        return of_tensorflow
    if backend == "jax":
        import jax

        return jax.grad(function)
    import torch

    def of_torch(first, *others):
        with torch.enable_grad():
            first = first.detach().requires_grad_()
            return torch.autograd.grad(function(first, *others), first)[0]

    return of_torch


class Fused:
    """A function compiled by a fusing compiler that several threads may call at once.

    The first call with arguments of new shapes compiles, which threads must
    not do together; it goes alone, and those with known shapes do not wait
    for it. What was compiled stays for as long as the process lives, so there
    is one of these for each function, and not one for each network.

    Parameters
    ----------
    function : callable
        Takes weights, tensors in lists or mappings, and then arrays; it may
        depend on nothing else.
    """

    def __init__(self, function: Callable) -> None:
        self._function = compiled(function, fuse=True)
        self._known: set[tuple[tuple[int, ...], ...]] = set()
        self._lock = threading.Lock()

    def __call__(self, weights: Any, *arrays: Any) -> Any:
        """Call the function."""
        shapes = tuple(tuple(np.shape(array)) for array in (*keras.tree.flatten(weights), *arrays))
        if shapes in self._known:
            return self._function(weights, *arrays)
        with self._lock:
            result = self._function(weights, *arrays)
            self._known.add(shapes)
        return result


def fuses_training() -> bool:
    """Whether a training step gains from a fusing compiler (XLA) that Keras would not use by itself."""
    return keras.backend.backend() == "tensorflow" and not has_accelerator()


def fuse_updates(optimizer: keras.optimizers.Optimizer) -> None:
    """Let an optimizer make its updates in few passes over the weights instead of one for each operation."""
    apply = optimizer.apply

    def fused(grads, trainable_variables=None):
        return compiled(lambda *grads: apply(list(grads), trainable_variables), fuse=True)(*grads)

    optimizer.apply = fused


def has_accelerator() -> bool:
    """Whether the backend computes on a GPU or TPU."""
    return any(not device.startswith("cpu") for device in keras.distribution.list_devices())


def brings_lstm() -> bool:
    """Whether Keras finds a whole LSTM in the backend: PyTorch's, or cuDNN's."""
    return keras.backend.backend() == "torch" or has_accelerator()
