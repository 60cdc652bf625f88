"""What the page Latent space says; its sliders speak in `koe.web.texts.latents`."""

from koe.web.texts.language import localize

LATENT_TITLE = "Latent space"
LATENT_LEAD = (
    "A segment of music, told in a few numbers. Nobody decided what each number means: the network found them "
    "itself. Move one and listen to what it does."
)
LATENT_FROM_SEGMENT = "From your segment"
LATENT_RANDOM_NEAR = "Random, like music"
LATENT_RANDOM_NEAR_HELP = "Drawn near the numbers of real music."
LATENT_RANDOM_UNIFORM = "Random, anything"
LATENT_RANDOM_UNIFORM_HELP = "Every number drawn evenly over its slider: often far from all music."
LATENT_MEAN = "Average"
LATENT_MEAN_HELP = "The average of all music that the network learned from. It is not average music."
LATENT_RESET = "All zero"
LATENT_PIECE = "From {n} numbers ({model})"

localize(__name__)
