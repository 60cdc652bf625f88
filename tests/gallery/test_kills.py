"""What was acknowledged is there after a kill -9; `tools/kill_writers.py` does the same a thousand times."""

import pytest

from tools import kill_writers
from tools.throwaway_postgres import MISSING, programs

# A child of this process that goes on alone: Python warns where there are threads, which it does not use.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")


def test_sqlite_loses_nothing_when_writers_are_killed():
    n_lines, wrong = kill_writers.rounds_of_sqlite(8, seed=3)
    assert wrong == []
    assert n_lines > 8


@pytest.mark.skipif(programs() is None, reason=MISSING)
def test_postgresql_loses_nothing_when_the_server_is_killed():
    n_lines, wrong = kill_writers.rounds_of_postgres(2, seed=3)
    assert wrong == []
    assert n_lines > 2


def test_a_loss_is_seen(tmp_path):
    said = kill_writers.Said()
    for line in ("kept abc 00", "liked abc", "hidden abc", "kept def 00", "removing def", "kept ghi 00"):
        said.take(line)
    assert kill_writers.faults(f"sqlite:///{tmp_path / 'empty.db'}", said) == ["abc is lost", "ghi is lost"]
