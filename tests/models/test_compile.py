"""What is compiled once and called by many: with any weights, by several threads, at the first call as well."""

import threading
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from keras import ops

from koe.models.compile import Fused

N_THREADS = 4


@pytest.fixture
def tracing():
    """A product with weights, compiled by `Fused`, that counts how many trace it at once and in all."""
    seen = {"now": 0, "most": 0, "shapes": []}
    lock = threading.Lock()

    def product(weights, x):
        with lock:
            seen["now"] += 1
            seen["most"] = max(seen["most"], seen["now"])
            seen["shapes"].append((tuple(weights["kernel"].shape), tuple(x.shape)))
        result = ops.matmul(x, weights["kernel"]) + weights["bias"][0]
        with lock:
            seen["now"] -= 1
        return result

    return Fused(product), seen


def weights(n, width, seed):
    rng = np.random.default_rng(seed)
    kernel, bias = (
        ops.convert_to_tensor(rng.normal(size=shape).astype(np.float32)) for shape in ((n, width), (width,))
    )
    return {"kernel": kernel, "bias": [bias]}


def expected(weights, x):
    return x @ ops.convert_to_numpy(weights["kernel"]) + ops.convert_to_numpy(weights["bias"][0])


def test_networks_of_the_same_shape_share_what_is_compiled(tracing):
    call, seen = tracing
    x = np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32)
    networks = [weights(5, width, seed) for seed, width in enumerate((4, 4, 7, 4))]
    for network in networks:
        np.testing.assert_allclose(ops.convert_to_numpy(call(network, x)), expected(network, x), rtol=1e-5)
    if keras.backend.backend() != "torch":  # which compiles nothing
        assert seen["shapes"] == [((5, 4), (3, 5)), ((5, 7), (3, 5))]


def test_threads_that_come_first_at_once_do_not_compile_together(tracing):
    call, seen = tracing
    together = threading.Barrier(N_THREADS, timeout=300)

    def asked(number):
        network, x = weights(5, 4 + number % 2, number), np.full((2 + number // 2, 5), number, np.float32)
        together.wait()
        return ops.convert_to_numpy(call(network, x)), expected(network, x)

    with ThreadPoolExecutor(N_THREADS) as pool:
        for ours, theirs in pool.map(asked, range(N_THREADS)):
            np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    assert seen["most"] == 1
