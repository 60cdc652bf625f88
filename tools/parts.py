"""Write what Koe is made of: docs/licences.md, and docs/parts.cdx.json in CycloneDX's format.

Run it after tools/lock.py, where requirements-dev.txt, requirements-embedded.txt
and requirements-sound.txt are installed::

    .venv/bin/python -m tools.parts

Names, versions and licences are what the packages say of themselves. What only
tests need is left out, since nobody gets it with Koe.
"""

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, distribution
from pathlib import Path
from typing import Any

from tools.lock import installed_closure, named_in

ROOT = Path(__file__).resolve().parents[1]
LIST, PARTS = ROOT / "docs" / "licences.md", ROOT / "docs" / "parts.cdx.json"
SHIPPED = ("requirements.txt", "requirements-postgres.txt")
ALONE = ("requirements-embedded.txt", "requirements-sound.txt")  # installed without what they ask for
HEADER = """\
# Licences of the packages that Koe runs on

Written by `python -m tools.parts` from what the packages say of themselves; the same as a list of parts for
programs is [parts.cdx.json](parts.cdx.json) (CycloneDX 1.6). Koe itself is under the MIT licence; what its
weights, pieces and sounds are under stands in `assets/`. FluidSynth (LGPL-2.1 or later) comes from the system
and is run as a program of its own.

| package | version | licence |
|---|---|---|
"""
# By SPDX's names, for what packages call otherwise.
SPDX = {
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache-2.0 license": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "mit license": "MIT",
    "the mit license": "MIT",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd-3": "BSD-3-Clause",
    "isc license (iscl)": "ISC",
    "isc": "ISC",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
    "psf": "PSF-2.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "gnu lesser general public license v3 or later (lgplv3+)": "LGPL-3.0-or-later",
    "lgplv3": "LGPL-3.0-only",
    "lgpl": "LGPL-3.0-only",
    "gnu library or lesser general public license (lgpl)": "LGPL-3.0-only",  # python-bidi, by its file COPYING.LESSER
}
# Of packages whose metadata name none, by the licence that they bring as a file.
IN_A_FILE = {"altair": "BSD-3-Clause", "basic-pitch": "Apache-2.0", "namex": "Apache-2.0"}


@dataclass(frozen=True)
class Part:
    """A package: its name, exact version, and licence as SPDX names it."""

    name: str
    version: str
    licence: str


def parts() -> list[Part]:
    """All packages that Koe runs on, by name."""
    versions = installed_closure([one for file in SHIPPED for one in named_in(ROOT / file)])
    for file in ALONE:
        for one in named_in(ROOT / file):
            versions[one.name] = distribution(one.name).version
    return [
        Part(name, version, licence_of(distribution(name).metadata) or IN_A_FILE.get(name, ""))
        for name, version in sorted(versions.items())
    ]


def licence_of(metadata: PackageMetadata) -> str:
    """The licence in a package's metadata; empty where it names none.

    Its expression comes first, then its classifiers, then the field of old, unless that holds a whole text.
    """
    said = metadata.json
    if expression := said.get("license_expression"):
        return str(expression)
    classifiers = [one for one in said.get("classifier", ()) if one.startswith("License :: OSI Approved :: ")]
    named = [one.rpartition(" :: ")[2] for one in classifiers]
    field = str(said.get("license", "")).strip()
    # "BSD License" does not say which; the field may.
    exact = [SPDX.get(one.lower(), one) for one in named if one.lower() != "bsd license"]
    if exact:
        return " OR ".join(dict.fromkeys(exact))
    if field and len(field) < 60 and "\n" not in field:
        return SPDX.get(field.lower(), field)
    return SPDX.get(named[0].lower(), named[0]) if named else ""


def as_list(found: list[Part]) -> str:
    """The list for people."""
    return HEADER + "".join(f"| {one.name} | {one.version} | {one.licence} |\n" for one in found)


def as_cyclonedx(found: list[Part]) -> str:
    """The list for programs; the same packages give the same text."""
    components: list[dict[str, Any]] = []
    for one in found:
        purl = f"pkg:pypi/{one.name}@{one.version}"
        is_id = re.fullmatch(r"[\w.+-]+", one.licence)
        licences = [{"license": {"id": one.licence}}] if is_id else [{"expression": one.licence}]
        kind = {"type": "library", "bom-ref": purl, "name": one.name, "version": one.version, "purl": purl}
        components.append(kind | {"licenses": licences})
    koe = {"type": "application", "bom-ref": "koe", "name": "koe", "licenses": [{"license": {"id": "MIT"}}]}
    bill = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": koe},
        "components": components,
    }
    return json.dumps(bill, indent=1) + "\n"


def main() -> None:
    """Write both lists."""
    found = parts()
    LIST.write_text(as_list(found), "utf-8")
    PARTS.write_text(as_cyclonedx(found), "utf-8")
    print(f"docs/licences.md, docs/parts.cdx.json: {len(found)} packages")


if __name__ == "__main__":
    main()
