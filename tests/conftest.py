"""What many tests share: small made-up music, and a corpus of it; and in which order two processes run them."""

import ctypes
import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from koe.corpus.build import build_corpus
from koe.music.midi import write_midi
from koe.music.piece import Piece
from koe.settings import quiet_tensorflow

quiet_tensorflow()
os.environ.setdefault("KOE_GALLERY", "off")  # tests that need one have it in a folder of their own
os.environ.setdefault("KOE_AHEAD", "0")  # nothing composed in the background
# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("koe", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("koe")
MUCH_BYTES = 200 << 20
STATM = Path("/proc/self/statm")
ALLOCATOR = ctypes.CDLL(None) if sys.platform == "linux" else None
if hasattr(ALLOCATOR, "mallopt"):
    ALLOCATOR.mallopt(-8, 2)  # M_ARENA_MAX: what one thread gave back, another can use

# Two processes share the tests file by file, in this order. The browser's are one piece of work (in which a stranger
# comes first), and next to a server and a browser there is no room for networks: these come last, the smaller at the
# very end, so that both processes are done at about the same time.
BROWSER = "tests/e2e/"
BEFORE_ALL = (f"{BROWSER}test_first_visit", BROWSER)
WITH_NETWORKS = (
    *("tests/training/", "tests/test_", "tests/experiments/", "tests/models/", "tests/evaluation/"),
    *("tests/projects/", "tests/generation/"),
)
# The networks that ship are compiled once in a process, so what uses them is a piece of work, too.
SHIPPED = (
    *("tests/test_", "tests/projects/test_before.py", "tests/evaluation/test_shipped.py"),
    "tests/models/test_lstm2_numpy.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort as said above; those of one kind stay as they are."""
    order = [*BEFORE_ALL, "", *WITH_NETWORKS]
    items.sort(key=lambda item: order.index(max((p for p in order if item.nodeid.startswith(p)), key=len)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Tests of a file run in one process; so do all that share a server, or the networks that ship."""
    from xdist.scheduler import LoadScopeScheduling

    class Files(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            together = (units[0] for units in ((BROWSER,), SHIPPED) if nodeid.startswith(units))
            return next(together, nodeid.partition("::")[0])

    config.option.loadscopereorder = False  # the order is a matter of its own
    return Files(config, log)


def pytest_collection_finish() -> None:
    """What is imported by now stays: the collector of garbage need not look at it again."""
    gc.collect()
    gc.freeze()


def held() -> int:
    """Bytes of memory that this process holds; 0 where the system does not say."""
    try:
        return int(STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def give_back() -> int:
    """Let go what nothing needs any more; gives what is held still."""
    gc.collect()
    if hasattr(ALLOCATOR, "malloc_trim"):
        ALLOCATOR.malloc_trim(0)
    return held()


@pytest.fixture(autouse=True, scope="module")
def held_before() -> Iterator[list[int]]:
    """Networks are large and know each other in circles; those of a file go before the next file's come."""
    before = [held()]
    yield before
    if "keras" in sys.modules:
        give_back()


@pytest.fixture(autouse=True)
def memory_given_back(held_before) -> Iterator[None]:
    """Those of a test go before the file ends, where they are many."""
    yield
    if held() > held_before[0] + MUCH_BYTES:
        held_before[0] = give_back()


def arpeggio(root: int, n_steps: int = 160) -> np.ndarray:
    """Broken chords over a held bass, moving up a fourth every sixteen steps."""
    roll = np.zeros((n_steps, 88), dtype=bool)
    for step in range(n_steps):
        key = root + (step // 16 * 5) % 12
        roll[step, key] = True
        roll[step, key + 12 + (0, 4, 7, 12)[step % 4]] = True
    return roll


@pytest.fixture(scope="session")
def midi_folder(tmp_path_factory) -> Path:
    """Twenty-four MIDI files in eight keys, in three folders named as a manifest's splits would be."""
    folder = tmp_path_factory.mktemp("midi")
    rows = ["path,split,work_group,composer,title,licence"]
    for number in range(24):
        split = ("train", "train", "valid", "test")[number % 4]
        path = f"{split}/piece{number}.mid"
        (folder / split).mkdir(exist_ok=True)
        roll = arpeggio(20 + number, 288 if number % 2 else 160)
        (folder / path).write_bytes(write_midi(Piece.from_pianoroll(roll, 100.0, f"Piece {number}")))
        rows.append(f"{path},{split},work{number},nobody,Piece {number},CC0")
    (folder / "manifest.csv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="session")
def corpus_folder(midi_folder, tmp_path_factory) -> Path:
    """A corpus built from `midi_folder`."""
    folder = tmp_path_factory.mktemp("corpus")
    build_corpus([midi_folder], folder, n_workers=1)
    return folder


@pytest.fixture(scope="session")
def composing_folder(tmp_path_factory) -> Path:
    """A folder of models with a TR1 of toy size and random weights."""
    from tests.models.toys import toy_registry

    folder = tmp_path_factory.mktemp("composing")
    toy_registry(folder, tr1={"width": 32, "layers": 1})
    return folder


@pytest.fixture(scope="session")
def composing(composing_folder):
    """A studio with that TR1 alone; it compiles its loop once."""
    from koe.models.registry import Registry
    from koe.studio import Studio

    return Studio(Registry(composing_folder))
