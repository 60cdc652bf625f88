"""Turning a function of tensors into one that the backend has compiled.

Keras has no call of its own for this, so each backend is asked in its own
words; this module is the only one that knows them.
"""

from collections.abc import Callable

import keras


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
