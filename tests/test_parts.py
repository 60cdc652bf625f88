"""What Koe is made of: listed, and under licences that let it be passed on."""

import json
import sys
from importlib.metadata import PackageMetadata
from typing import cast

import pytest

from tools.parts import LIST, PARTS, as_cyclonedx, as_list, licence_of, parts

# What lets a program be run and passed on beside packages under it.
KNOWN = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0"),
    *("PSF-2.0", "Zlib", "LGPL-3.0-only", "LGPL-3.0-or-later"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a few other packages are needed")
def test_the_lists_are_those_of_what_is_installed():
    found = parts()
    assert LIST.read_text("utf-8") == as_list(found), "run: python -m tools.parts"
    assert PARTS.read_text("utf-8") == as_cyclonedx(found), "run: python -m tools.parts"


def test_every_licence_is_known():
    for part in parts():
        words = part.licence.replace("(", " ").replace(")", " ").replace(" AND ", " ").replace(" OR ", " ").split()
        assert words, f"{part.name} names no licence"
        assert set(words) <= KNOWN, part


def test_the_list_for_programs_is_cyclonedx():
    bill = json.loads(PARTS.read_text("utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    names = [one["bom-ref"] for one in bill["components"]]
    assert len(names) == len(set(names)) > 50
    assert "pkg:pypi/streamlit@" in " ".join(names)


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": "MIT AND Zlib", "License": "other"}, "MIT AND Zlib"),
        ({"Classifier": "License :: OSI Approved :: Apache Software License"}, "Apache-2.0"),
        ({"Classifier": "License :: OSI Approved :: BSD License", "License": "BSD 3-Clause"}, "BSD-3-Clause"),
        ({"License": "GNU Affero General Public License"}, "GNU Affero General Public License"),
        ({"License": "A whole text. " * 100}, ""),
        ({}, ""),
    ],
)
def test_licences_are_read_from_metadata(fields, licence):
    class Metadata:
        json = {  # noqa: RUF012
            key.lower().replace("-", "_"): ([text] if key == "Classifier" else text) for key, text in fields.items()
        }

    assert licence_of(cast("PackageMetadata", Metadata())) == licence
