"""Whether recordings can be heard here, found without loading anything heavy."""

import shutil
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

MODEL_FILE = "nmp.onnx"


@cache
def model_path() -> Path | None:
    """Where basic-pitch's network lies as ONNX; None where the package is not installed.

    The package itself is not imported: it would ask for another TensorFlow.
    """
    try:
        files = distribution("basic-pitch").files or []
    except PackageNotFoundError:
        return None
    paths = (Path(str(file.locate())) for file in files if file.name == MODEL_FILE)
    return next((path for path in paths if path.is_file()), None)


def available() -> bool:
    """Whether the packages of ``requirements-sound.txt`` are installed."""
    return model_path() is not None and find_spec("onnxruntime") is not None


def can_decode_with_ffmpeg() -> bool:
    """Whether ffmpeg is here, for the formats of browsers and telephones that libsndfile does not know."""
    return shutil.which("ffmpeg") is not None
