import pytest

from koe.corpus.robots import parse_robots

TEXT = """
# Some site
User-agent: BadBot
Disallow: /

User-agent: koe/1.0
User-agent: Other
Disallow: /private
Allow: /private/music
Disallow: /*.zip$
Crawl-delay: 2.5
nonsense

User-agent: *
Disallow: /
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private", False),
        ("/privately.mid", False),  # rules are beginnings of paths
        ("/private/music/a.mid", True),  # the longer rule counts, though it comes later
        ("/a.zip", False),
        ("/a.zip?x=1", True),
        ("/a.zip.mid", True),
        ("/%70rivate/x", False),  # another way to write a p
    ],
)
def test_the_longest_rule_that_fits_decides(path, allowed):
    assert parse_robots(TEXT, "Koe").allows(path) is allowed


def test_groups():
    assert parse_robots(TEXT, "Koe").delay_sec == 2.5
    assert not parse_robots(TEXT, "Someone").allows("/a.mid")
    assert parse_robots("User-agent: *\nDisallow:", "Koe").allows("/a.mid")
    assert parse_robots("", "Koe").allows("/a.mid")
    both = "User-agent: koe\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n\nUser-agent: Koe\nDisallow: /c"
    assert [parse_robots(both, "Koe").allows(path) for path in ("/a", "/b", "/c")] == [False, True, False]


def test_delays_that_are_none():
    for value in ("soon", "-1", "nan", "inf"):
        assert parse_robots(f"User-agent: *\nCrawl-delay: {value}", "Koe").delay_sec == 0


def test_many_wildcards_take_no_time():
    """A pattern of such a kind would keep a regular expression busy for years."""
    robots = parse_robots("User-agent: *\nDisallow: /" + "*a" * 5000 + "$", "Koe")
    assert robots.allows("/" + "a" * 4999 + "b")
    assert not robots.allows("/" + "a" * 5000)
