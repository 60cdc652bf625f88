"""The sliders of the latent space: moved by hand, decoded in the browser."""

from koe.web.latents.component import mount_latents

__all__ = ["mount_latents"]
