"""Importing Keras and its backend without the chatter that they write past Python."""

import os
import re
import sys
import tempfile
import threading

from koe.errors import ModelError
from koe.settings import quiet_tensorflow

# Written by TensorFlow's C++ half before any log level is read.
_NOISE = re.compile(
    rb"absl::InitializeLog|oneDNN custom operations|Could not find cuda drivers|cudart_stub|cuda_executor"
    rb"|Unable to register cu|computation placer|This TensorFlow binary is optimized|To enable the following"
)
_lock = threading.Lock()


def load_backend() -> None:
    """Import Keras, once; what is no known noise still reaches standard error."""
    with _lock:
        if "keras" in sys.modules:
            return
        quiet_tensorflow()
        try:
            sys.stderr.flush()
            said = tempfile.TemporaryFile()  # noqa: SIM115 - closed below
            kept = os.dup(2)
        except (OSError, AttributeError, ValueError):  # no console, or nowhere to write
            _import()
            return
        with said:
            os.dup2(said.fileno(), 2)
            try:
                _import()
            finally:
                os.dup2(kept, 2)
                os.close(kept)
                said.seek(0)
                rest = b"".join(line for line in said if not _NOISE.search(line))
                if rest:
                    os.write(2, rest)


def _import() -> None:
    try:
        import keras  # noqa: F401
    except Exception as error:  # whatever a library says that is damaged or made for another machine
        raise ModelError(
            f"TensorFlow, with which the networks compute, cannot be loaded here ({type(error).__name__}); "
            "all else works. Set Koe up again with `make setup`."
        ) from error
