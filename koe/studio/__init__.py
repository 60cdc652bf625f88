"""The use cases of Koe, in its users' words: what pages, the command line and other programs ask for."""

from koe.progress import Progress, ShouldStop
from koe.studio.studio import MAX_AUDIO_SEC, OPENING_STEPS, Reconstruction, Studio

__all__ = ["MAX_AUDIO_SEC", "OPENING_STEPS", "Progress", "Reconstruction", "ShouldStop", "Studio"]
