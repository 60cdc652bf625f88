"""Write constraints.txt: the exact version of every package Koe needs.

Run it in an environment where requirements-dev.txt has just been installed
and tested::

    .venv/bin/python tools/lock.py

It follows the requirements of the requirements of requirements-dev.txt and
notes the version that is installed of each.
"""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
HEADER = """\
# Exact versions of all packages that Koe needs, directly or through others.
# Written by tools/lock.py, read through requirements.txt.
"""


def named_in(path: Path) -> list[Requirement]:
    """Requirements of a requirements file and of those it includes."""
    requirements = []
    for line in path.read_text().splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("-r "):
            requirements += named_in(path.parent / line.removeprefix("-r ").strip())
        elif line and not line.startswith("-"):
            requirements.append(Requirement(line))
    return requirements


def installed_closure(requirements: list[Requirement]) -> dict[str, str]:
    """Names and installed versions of these packages and all they need."""
    versions: dict[str, str] = {}
    waiting = [(requirement, "") for requirement in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        try:
            package = distribution(name)
        except PackageNotFoundError:
            raise SystemExit(f"{name} is not installed: first pip install -r requirements-dev.txt") from None
        if name not in versions:
            versions[name] = package.version
            needs = [Requirement(text) for text in package.requires or []]
            waiting += [(need, wanted) for need in needs for wanted in requirement.extras or {""}]
    return versions


def main() -> None:
    versions = installed_closure(named_in(ROOT / "requirements-dev.txt"))
    lines = [f"{name}=={versions[name]}" for name in sorted(versions)]
    (ROOT / "constraints.txt").write_text(HEADER + "\n".join(lines) + "\n")
    print(f"constraints.txt: {len(lines)} packages")


if __name__ == "__main__":
    main()
