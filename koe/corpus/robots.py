"""What a site's robots.txt allows.

The standard library's reader takes the first rule that fits and knows no
wildcards; sites mean the longest, and write ``Disallow: /*.mid$``.

References
----------
RFC 9309, Robots Exclusion Protocol. ``Crawl-delay`` is not part of it, but
widely written.
"""

import math
from dataclasses import dataclass
from urllib.parse import quote, unquote

MAX_ROBOTS_BYTES = 512 * 1024  # what the RFC asks readers to take at least


@dataclass(frozen=True, slots=True)
class Robots:
    """Rules for one robot on one site.

    Attributes
    ----------
    rules : tuple of (str, bool)
        Patterns of paths, and whether they are allowed.
    delay_sec : float
        Time that the site wants between two requests.
    """

    rules: tuple[tuple[str, bool], ...] = ()
    delay_sec: float = 0.0

    def allows(self, path: str) -> bool:
        """Whether a path, with its query, may be fetched: the longest rule that fits decides, allowing ones first."""
        path = _plain(path)
        fitting = [(len(pattern), allowed) for pattern, allowed in self.rules if _fits(pattern, path)]
        return max(fitting, default=(0, True))[1]


ALL_ALLOWED = Robots()


def parse_robots(text: str, agent: str) -> Robots:
    """Read the rules that hold for a robot.

    Parameters
    ----------
    text : str
        Content of a robots.txt; lines that make no sense are passed over.
    agent : str
        Name of the robot, such as ``"Koe"``; case makes no difference.
        Groups for ``*`` hold if there is none for it.
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    names: list[str] = []
    in_rules = False
    for line in text.lstrip("\ufeff").splitlines():
        field, colon, value = (part.strip() for part in line.partition("#")[0].partition(":"))
        field = field.lower()
        if not colon:
            continue
        if field == "user-agent":
            if in_rules:
                names, in_rules = [], False
            names.append(value.lower().partition("/")[0])
            groups.setdefault(names[-1], [])
        elif field in ("allow", "disallow", "crawl-delay"):
            in_rules = True
            for name in names:
                groups[name].append((field, value))
    lines = groups.get(agent.lower(), groups.get("*", []))
    rules = tuple((_plain(value), field == "allow") for field, value in lines if field != "crawl-delay" and value)
    return Robots(rules, max((_seconds(value) for field, value in lines if field == "crawl-delay"), default=0.0))


def _plain(path: str) -> str:
    """One spelling for all ways to write a path with percent signs."""
    return quote(unquote(path), safe="/*$?&=;:@!'()+,~")


def _fits(pattern: str, path: str) -> bool:
    """Whether a path begins like a pattern, in which ``*`` is anything and a last ``$`` the end."""
    to_the_end = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    if not others:
        return path == first or not to_the_end
    place = len(first)
    for part in others[:-1] if to_the_end else others:
        found = path.find(part, place)
        if found < 0:
            return False
        place = found + len(part)
    return not to_the_end or (path.endswith(others[-1]) and len(path) - len(others[-1]) >= place)


def _seconds(value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        return 0.0
    return seconds if math.isfinite(seconds) and seconds > 0 else 0.0
