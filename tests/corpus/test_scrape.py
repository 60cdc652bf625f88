import json
import time
from itertools import pairwise

import pytest

from koe.cli import main
from koe.corpus import fetch
from koe.corpus.build import build_corpus
from koe.corpus.scrape import ScrapeLimits, scrape
from koe.errors import InputError
from koe.music.midi import read_midi, write_midi
from koe.music.piece import Piece
from tests.conftest import arpeggio
from tests.corpus.conftest import Answer
from tests.corpus.test_archive import zipped

MIDI = [write_midi(Piece.from_pianoroll(arpeggio(20 + number), title=f"Piece {number}")) for number in range(8)]


def page(*links):
    return Answer(
        "".join(f'<a href="{link}">music</a>' for link in links).encode(), headers={"Content-Type": "text/html"}
    )


@pytest.fixture
def run(site, tmp_path):
    """Scrape the site's first page, without waiting."""

    def scraped(url="/", **options):
        return scrape(f"{site.url}{url}", tmp_path / "out", **{"delay_sec": 0.0} | options)

    return scraped


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def midi_names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "sources.jsonl")


def sources(folder):
    return [json.loads(line) for line in (folder / "sources.jsonl").read_text().splitlines()]


def test_collects_files_and_archives_that_a_corpus_can_be_built_from(site, run, out, tmp_path):
    site.pages = {
        "/": page("a.mid", "music/b.MIDI", "all.zip", "page.html"),
        "/a.mid": Answer(MIDI[0]),
        "/music/b.MIDI": Answer(MIDI[1]),
        "/all.zip": Answer(zipped({"../../c.mid": MIDI[2], "deep/d.mid": MIDI[3], "readme.txt": b"hello"})),
    }
    summary = run()
    assert summary == {
        "links": 3,
        "saved": 4,
        "kept": 0,
        "skipped": {},
        "bytes": sum(len(site.pages[path].body) for path in site.pages),
        "stopped": None,
    }
    assert midi_names(out) == ["a.mid", "all-c.mid", "all-d.mid", "b.midi"]
    assert (out / "all-c.mid").read_bytes() == MIDI[2]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert build_corpus([out], tmp_path / "corpus", n_workers=1)["pieces"] == 4
    assert site.paths == ["/robots.txt", "/", "/a.mid", "/music/b.MIDI", "/all.zip"]
    assert all(agent.startswith("Koe/") for _, _, agent in site.requests)


def test_the_command_line_collects_and_reports(site, out, capsys):
    site.pages = {"/": page("a.mid", "b.mid"), "/a.mid": Answer(MIDI[0]), "/b.mid": Answer(MIDI[0])}
    assert main(["corpus", "scrape", f"{site.url}/", "-o", str(out), "--delay", "0"]) == 0
    shown = capsys.readouterr()
    summary = json.loads(shown.out)
    assert (summary["links"], summary["saved"], summary["skipped"]) == (2, 1, {"duplicate": 1})
    assert "2 of 2 links" in shown.err


def test_a_second_visit_fetches_only_what_is_new_or_failed(site, run, out):
    site.pages = {
        "/": page("a.mid", "b.mid", "gone.mid", "all.zip", "junk.mid"),
        "/a.mid": Answer(MIDI[0]),
        "/b.mid": Answer(b"sorry, come back later", 500),
        "/all.zip": Answer(zipped({"c.mid": MIDI[2]})),
        "/junk.mid": Answer(b"<html>not found</html>"),
    }
    first = run()
    assert (first["saved"], first["skipped"]) == (2, {"no MIDI file": 1, "not fetched": 1, "not there": 1})
    site.pages["/b.mid"] = Answer(MIDI[1])
    site.requests.clear()
    second = run()
    assert (second["saved"], second["kept"]) == (1, 2)
    assert second["skipped"] == {"no MIDI file": 1, "not there": 1}
    assert site.paths == ["/robots.txt", "/", "/b.mid", "/gone.mid"]
    # What was deleted is missed, and comes back under its name.
    (out / "a.mid").unlink()
    (out / "all-c.mid").unlink()
    third = run()
    assert (third["saved"], third["kept"]) == (2, 1)
    assert midi_names(out) == ["a.mid", "all-c.mid", "b.mid"]


def test_an_interrupted_scrape_goes_on(site, run, out):
    site.pages = {"/": page("a.mid", "b.mid", "all.zip", "d.mid")}
    site.pages |= {"/a.mid": Answer(MIDI[0]), "/b.mid": Answer(MIDI[1]), "/d.mid": Answer(MIDI[5])}
    site.pages["/all.zip"] = Answer(zipped({"c1.mid": MIDI[2], "c2.mid": MIDI[3]}))

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(progress=stop)
    journal = out / "sources.jsonl"
    # Killed while it wrote: half a line, and a file that no line tells of.
    (out / "all-c1.mid").write_bytes(MIDI[2])
    journal.write_text(journal.read_text()[:-30])
    site.requests.clear()
    summary = run()
    assert (summary["saved"], summary["kept"]) == (4, 1)
    assert "/a.mid" not in site.paths
    assert midi_names(out) == ["a.mid", "all-c1.mid", "all-c2.mid", "b.mid", "d.mid"]
    assert run()["kept"] == 5


def test_robots_txt_is_obeyed(site, run):
    site.pages = {
        "/robots.txt": Answer(b"User-agent: Koe\nDisallow: /secret\nDisallow: /*.zip$\nUser-agent: *\nDisallow: /"),
        "/": page("a.mid", "secret/b.mid", "c.zip"),
        "/a.mid": Answer(MIDI[0]),
        "/secret/b.mid": Answer(MIDI[1]),
    }
    summary = run()
    assert (summary["saved"], summary["skipped"]) == (1, {"robots.txt": 2})
    assert site.paths == ["/robots.txt", "/", "/a.mid"]


def test_a_page_that_robots_may_not_see_is_refused(site, run, out):
    site.pages = {"/robots.txt": Answer(b"User-agent: *\nDisallow: /"), "/": page("a.mid")}
    with pytest.raises(InputError, match=r"robots\.txt"):
        run()
    site.pages["/robots.txt"] = Answer(b"User-agent: *\nCrawl-delay: 86400")
    with pytest.raises(InputError, match="86400 seconds"):
        run()
    assert site.paths == ["/robots.txt"] * 2
    assert not out.exists()


def test_a_site_that_cannot_tell_what_it_allows_is_left_alone(site, run):
    site.pages = {"/robots.txt": Answer(b"", 500), "/": page("a.mid")}
    with pytest.raises(InputError, match=r"robots\.txt cannot be fetched: 500"):
        run()
    assert site.paths == ["/robots.txt"]


def test_no_other_host_unless_asked(open_site, run, site):
    other = open_site()
    other.pages = {"/b.mid": Answer(MIDI[1])}
    site.pages = {
        "/": page("a.mid", f"{other.url}/b.mid", "moved.mid"),
        "/a.mid": Answer(MIDI[0]),
        "/moved.mid": Answer(b"", 302, {"Location": f"{other.url}/c.mid"}),
    }
    other.pages["/c.mid"] = Answer(MIDI[2])
    assert run()["skipped"] == {"other host": 2}
    assert other.requests == []
    summary = run(hosts=[other.host])
    assert (summary["saved"], summary["kept"]) == (2, 1)
    assert other.paths[0] == "/robots.txt"


def test_a_page_that_leads_elsewhere_says_so(open_site, run, site):
    other = open_site()
    site.pages = {"/": Answer(b"", 301, {"Location": other.url})}
    with pytest.raises(InputError, match=f"ask for {other.host} too"):
        run()
    assert other.requests == []


def test_addresses_follow_the_page_through_its_redirects(site, run, out):
    site.pages = {
        "/": Answer(b"", 301, {"Location": "/deep/index.html"}),
        "/deep/index.html": page("a.mid"),
        "/deep/a.mid": Answer(MIDI[0]),
    }
    assert run()["saved"] == 1


def test_redirects_without_end(site, run):
    site.pages = {"/": Answer(b"", 302, {"Location": "/"})}
    with pytest.raises(InputError, match="without end"):
        run()


def test_no_file_of_this_machine_is_reached(site, run, tmp_path):
    (tmp_path / "own.mid").write_bytes(MIDI[0])
    own = f"file://{tmp_path}/own.mid"
    site.pages = {"/": page(own, "a.mid"), "/a.mid": Answer(b"", 302, {"Location": own})}
    summary = run()
    assert (summary["saved"], summary["skipped"]) == (0, {"no address": 1})
    with pytest.raises(InputError, match="no web address"):
        scrape(own, tmp_path / "out")


def test_size_limits(site, run, out):
    large = MIDI[0] + bytes(50_000)
    site.pages = {
        "/": page("large.mid", "untold.mid", "large.zip", "bomb.zip", "a.mid"),
        "/large.mid": Answer(large),
        "/untold.mid": Answer(large, says_length=False),
        "/large.zip": Answer(zipped({"x.mid": large}) + bytes(200_000)),
        "/bomb.zip": Answer(zipped({"bomb.mid": MIDI[1] + bytes(3_000_000), "fine.mid": MIDI[2]})),
        "/a.mid": Answer(MIDI[3]),
    }
    summary = run(limits=ScrapeLimits(file=20_000, archive=100_000))
    assert summary["skipped"] == {"too large": 4}
    assert midi_names(out) == ["a.mid", "bomb-fine.mid"]
    # Files whose length is told are not begun, others not read to their end.
    fetched = len(site.pages["/"].body) + len(site.pages["/bomb.zip"].body) + len(MIDI[3])
    assert summary["bytes"] <= fetched + 20_000 + fetch.CHUNK_BYTES


def test_the_limit_on_all_files_ends_the_visit_and_a_higher_one_goes_on(site, run, out):
    names = [f"{number}.mid" for number in range(8)]
    site.pages = {"/": page(*names)} | {f"/{name}": Answer(data) for name, data in zip(names, MIDI, strict=True)}
    total = len(site.pages["/"].body) + sum(map(len, MIDI[:3])) + 10
    summary = run(limits=ScrapeLimits(total=total))
    assert summary["saved"] == 3
    assert f"{total} bytes" in summary["stopped"]
    assert len(site.paths) <= 2 + 4
    summary = run(limits=ScrapeLimits(n_files=5))
    assert (summary["saved"], summary["kept"]) == (2, 3)
    assert "5 files" in summary["stopped"]
    assert run()["stopped"] is None
    assert len(midi_names(out)) == 8


def test_requests_keep_their_distance(site, run):
    site.pages = {"/": page("a.mid", "b.mid"), "/a.mid": Answer(MIDI[0]), "/b.mid": Answer(MIDI[1])}
    run(delay_sec=0.15)
    times = [when for _, when, _ in site.requests]
    assert len(times) == 4
    assert min(after - before for before, after in pairwise(times)) > 0.1


def test_the_sites_own_delay_is_kept(site, run):
    site.pages = {
        "/robots.txt": Answer(b"User-agent: *\nCrawl-delay: 0.3"),
        "/": page("a.mid"),
        "/a.mid": Answer(MIDI[0]),
    }
    run()
    times = [when for _, when, _ in site.requests]
    assert min(after - before for before, after in pairwise(times)) > 0.2


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(site, run):
    site.pages = {"/": page("a.mid"), "/a.mid": [Answer(b"", 429, {"Retry-After": "1"}), Answer(MIDI[0])]}
    start = time.monotonic()
    assert run()["saved"] == 1
    assert time.monotonic() - start > 1
    assert site.paths.count("/a.mid") == 2


def test_a_file_that_was_cut_short_on_the_way_is_not_kept(site, run, out):
    cut = Answer(MIDI[0][:100], headers={"Content-Length": str(len(MIDI[0]))})
    site.pages = {"/": page("a.mid", "b.mid"), "/a.mid": [cut, Answer(MIDI[0])], "/b.mid": cut}
    summary = run()
    assert summary["skipped"] == {"not fetched": 1}
    assert midi_names(out) == ["a.mid"]
    assert read_midi(out / "a.mid").title == "Piece 0"


def test_files_of_one_name_keep_their_works_together(site, run, out):
    names = ["x/sonata_1.mid", "x/sonata_2.mid", "y/sonata_1.mid", "y/Sonata_2.mid", "y/copy.mid"]
    site.pages = {"/": page(*names)} | {f"/{name}": Answer(data) for name, data in zip(names, MIDI, strict=False)}
    site.pages["/y/copy.mid"] = Answer(MIDI[0])
    assert run()["skipped"] == {"duplicate": 1}
    plain = [name for name in midi_names(out) if name.startswith("sonata")]
    moved = [name for name in midi_names(out) if not name.startswith("sonata")]
    assert plain == ["sonata_1.mid", "sonata_2.mid"]
    assert len({name[:8] for name in moved}) == 1
    assert [name[9:] for name in moved] == ["Sonata_2.mid", "sonata_1.mid"]
    assert {row["url"].rpartition("/")[2]: row["path"] for row in sources(out)}["Sonata_2.mid"] == moved[0]


def test_files_that_were_there_before_are_not_overwritten(site, run, out):
    out.mkdir()
    (out / "a.mid").write_bytes(b"mine")
    site.pages = {"/": page("a.mid"), "/a.mid": Answer(MIDI[0])}
    assert run()["saved"] == 1
    assert (out / "a.mid").read_bytes() == b"mine"
    assert len(midi_names(out)) == 2


def test_the_address_of_an_archive_does_as_well(site, run, out):
    site.pages = {"/all.zip": Answer(zipped({"c.mid": MIDI[2]}))}
    assert run("/all.zip")["saved"] == 1
    assert run("/all.zip")["kept"] == 1


def test_a_damaged_archive_is_left_out(site, run):
    site.pages = {"/": page("all.zip", "b.zip"), "/all.zip": Answer(b"PK and so on")}
    site.pages["/b.zip"] = Answer(zipped({"c.mid": MIDI[2]})[:-30])
    assert run()["skipped"] == {"damaged": 2}


def test_a_list_of_sources_that_was_tampered_with_names_no_path(site, run, out, tmp_path):
    victim = tmp_path / "victim.mid"
    out.mkdir()
    line = {"url": f"{site.url}/a.mid", "path": "../victim.mid", "sha256": "0" * 64, "n_bytes": 1}
    (out / "sources.jsonl").write_text(json.dumps(line) + "\n")
    site.pages = {"/": page("a.mid"), "/a.mid": Answer(MIDI[0])}
    assert run()["saved"] == 1
    assert not victim.exists()


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("ftp://x.org/", "no web address"),
        ("x.org", "no web address"),
        ("http://", "no web address"),
        ("http://[::1", "no web address"),
        ("http://x.org:99999/", "no web address"),
        ("https://me:secret@x.org/", "user name"),
    ],
)
def test_addresses_that_are_none(url, complaint, tmp_path):
    with pytest.raises(InputError, match=complaint) as refused:
        scrape(url, tmp_path / "out")
    assert "secret" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_pages_without_music_and_hosts_without_a_server(site, run, tmp_path, monkeypatch):
    site.pages = {"/": page("a.mp3")}
    with pytest.raises(InputError, match=r"no \.mid"):
        run()
    with pytest.raises(InputError, match="404"):
        run("/missing.html")
    site.close()
    with pytest.raises(InputError, match=r"cannot be fetched: .*refused"):
        run()
