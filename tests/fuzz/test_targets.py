"""A moment of fuzzing by chance, and everything that longer runs have found."""

import random
from base64 import b64decode
from pathlib import Path

import pytest

from tests.fuzz.__main__ import NAMES
from tests.fuzz.running import Runner
from tests.fuzz.targets import TARGETS, mutated

CASES = 120
FEW = {"notation": 12}  # each of which may be a process

# By target: what once was an unhandled error. Named by what is wrong with it.
FOUND = {
    "a page whose declaration is of no kind that HTML has": ("page", b'<a href="a.mid"><![cdata x <a href="b.mid">'),
    "a page that ends in the middle of a declaration": ("page", b'<a href="a.mid">\n<![CDA'),
    "weights of no bytes": ("weights", b""),
    "weights packed by an unknown method": (
        "weights",
        b64decode(
            "UEsDBBQAAAAAAKsyeV1wTT+9CAAAAAgAAAAFAAAAdy5ucHlubyBhcnJheVBLAQIUA5YAAAAAAKsyeV1wTT+9CAAAAAgAAAAFAAAA"
            "AAAAAAAAAACAAQAA/f92Lm5weVBLBQYAAAAAAQABADMAAAArAAAAAAA="
        ),
    ),
    "axes of no bytes": ("records", b""),
    "an index of pieces before the beginning": (
        "corpus",
        b'{"format_version": 1, "sha256": "0", "entries": [{"path": "a", "split": "train", "work": "", "composer": "",'
        b'"title": "", "licence": "", "start": -8, "n_steps": 32, "n_notes": 1, "measure_steps": 16, "qpm": 1.0}]}',
    ),
    "an index of pieces behind the end": (
        "corpus",
        b'{"format_version": 1, "sha256": "0", "entries": [{"path": "a", "split": "train", "work": "", "composer": "",'
        b'"title": "", "licence": "", "start": 60, "n_steps": 32, "n_notes": 1, "measure_steps": 16, "qpm": 1.0}]}',
    ),
}


def test_every_target_can_be_named():
    assert sorted(NAMES) == sorted(TARGETS)


@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_read_or_refused_in_a_sentence(name, tmp_path):
    target = TARGETS[name]
    seeds = target.seeds()
    runner = Runner(target.read, tmp_path, target.max_sec)
    chance = random.Random(7)
    for data in (*seeds, *(mutated(seeds, chance, target.max_bytes) for _ in range(FEW.get(name, CASES)))):
        runner.case(data)
    assert runner.report.faults == {}
    if name not in ("messages", "page", "records"):  # which give nothing where nothing can be read
        assert runner.report.refused > 0


@pytest.mark.parametrize("found", FOUND)
def test_what_was_found_stays_mended(found, tmp_path):
    name, data = FOUND[found]
    TARGETS[name].seeds()
    runner = Runner(TARGETS[name].read, tmp_path, TARGETS[name].max_sec)
    runner.case(data)
    assert runner.report.faults == {}


def test_a_fault_is_reported_once_with_its_input(tmp_path):
    def read(data):
        if data:
            raise KeyError(data)

    runner = Runner(read, tmp_path)
    for data in (b"", b"a", b"b"):
        runner.case(data)
    ((kind, path),) = runner.report.faults.items()
    assert kind.startswith("KeyError at tests/fuzz/test_targets.py:")
    assert Path(path).read_bytes() == b"a"
    assert runner.report.cases == 3
