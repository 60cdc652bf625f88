"""Training on several GPUs: each batch is shared among them."""

import keras

from koe.errors import InputError


def share_among(n_devices: int, batch_size: int) -> None:
    """Let Keras split every batch among the first ``n_devices`` devices.

    Weights are copied to each of them and gradients are averaged, so that the
    result is that of one device but for the order of sums.

    Raises
    ------
    InputError
        If Keras cannot do so on its backend, there are fewer devices, or the
        batch cannot be divided evenly.
    """
    if n_devices == 1:
        return
    if keras.backend.backend() != "jax":
        raise InputError(
            f"Keras shares a batch among devices on JAX alone, and runs on {keras.backend.backend()} here; "
            "install jax and set KERAS_BACKEND=jax."
        )
    devices = keras.distribution.list_devices()
    if len(devices) < n_devices:
        raise InputError(f"There are {len(devices)} devices here, but {n_devices} were asked for; ask for fewer.")
    if batch_size % n_devices:
        raise InputError(
            f"A batch of {batch_size} cannot be shared evenly among {n_devices} devices; "
            f"choose a multiple of {n_devices} with --set batch_size=N."
        )
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices[:n_devices]))
