"""The tests here hear; where what that takes is not installed, they are skipped and say so."""

import pytest

from koe.transcription import available

needs_network = pytest.mark.skipif(
    not available(),
    reason="basic-pitch and onnxruntime are not installed: pip install --no-deps -r requirements-sound.txt",
)
