"""What the environment may set, and what Koe sets in it.

``KOE_MODELS``
    Folder with other models than the shipped ones.
``KOE_ORIGINALITY``
    Folder with another index of fingerprints (`koe originality build`) than the shipped one.
``KOE_CORPUS``
    Folder with the corpus that the index was made of, so that passages can be shown and heard.
``KOE_SOUNDFONT``
    Soundfont to play with.
"""

import os


def quiet_tensorflow() -> None:
    """Keep TensorFlow's start-up chatter off the console; errors still show.

    To be called before TensorFlow is imported. A value that is set already
    is left alone.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
