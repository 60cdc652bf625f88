"""The table of faults names tests that are there."""

import re

from tests.faults.conftest import ROOT

GUIDE = (ROOT / "docs" / "reliability.md").read_text("utf-8")


def test_every_fault_has_its_test():
    rows = [line for line in GUIDE.splitlines() if line.startswith("| ") and "::" in line]
    assert len(rows) >= 15
    for row in rows:
        ((file, name),) = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row)
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), row
