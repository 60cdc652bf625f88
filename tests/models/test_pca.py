import numpy as np

from koe.models.pca import fit_pca


def test_pca_finds_the_axes_that_numpy_finds():
    """Data with four strong directions: reconstruction as good as a full decomposition's."""
    rng = np.random.default_rng(1)
    strong = np.linalg.qr(rng.standard_normal((5632, 4)))[0].T
    data = rng.standard_normal((300, 4)) * (40, 20, 10, 5) @ strong + 0.01 * rng.standard_normal((300, 5632)) + 0.5
    pca = fit_pca([data[:100].reshape(-1, 64, 88), data[100:].reshape(-1, 64, 88)], latent_dim=4)
    centred = data - data.mean(axis=0)
    _, values, axes = np.linalg.svd(centred, full_matrices=False)
    np.testing.assert_allclose(np.abs(np.sum(pca.components * axes[:4], axis=1)), 1, atol=1e-3)
    np.testing.assert_allclose(pca.scale, values[:4] / np.sqrt(300), rtol=1e-2)
    latents = pca.encode(data.reshape(-1, 64, 88))
    np.testing.assert_allclose(latents.std(axis=0), 1, rtol=0.02)


def test_decoding_undoes_encoding_within_the_subspace():
    segments = (np.random.default_rng(2).random((6, 64, 88)) < 0.1).astype(np.float32)
    pca = fit_pca([segments], latent_dim=5)
    np.testing.assert_allclose(pca.decode(pca.encode(segments)), segments, atol=2e-3)
