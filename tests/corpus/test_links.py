import pytest

from koe.corpus.links import SAFE, music_links, safe_name

PAGE = """<html><head><base href="/music/"></head><body>
<a href="a.mid">A</a> <A HREF='b.MIDI'>B</A> <a href=c.zip>C</a> <a href="a.mid#again">A</a>
<a href="deep/f&uuml;r elise.mid">F</a> <a href="get.php?file=d.mid">D</a> <a href="get.php?file=d.mid&amp;x=1">no</a>
<a href="e.mid.html">no</a> <a href="f.mp3">no</a> <a href="javascript:go('g.mid')">no</a> <a>no</a>
<a href="ftp://x.org/h.mid">no</a> <a href="http://[broken/i.mid">no</a> <a href="//other.org/j.mid">J</a>
<embed src="../k.mid"><audio><source src="l.mid"></audio> <!-- <a href="hidden.mid"> --> <a href="m.mid
"""


def test_every_link_to_music_once_and_in_order():
    assert music_links(PAGE, "http://x.org/pages/index.html") == [
        "http://x.org/music/a.mid",
        "http://x.org/music/b.MIDI",
        "http://x.org/music/c.zip",
        "http://x.org/music/deep/f%C3%BCr%20elise.mid",
        "http://x.org/music/get.php?file=d.mid",
        "http://other.org/j.mid",
        "http://x.org/k.mid",
        "http://x.org/music/l.mid",
    ]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.mid", "a.mid"),
        ("../../etc/passwd.mid", "passwd.mid"),
        ("..\\..\\boot.MID", "boot.mid"),
        ("/etc/a.midi", "a.midi"),
        ("C:evil.mid", "evil.mid"),
        (".mid", "mid.mid"),
        ("...mid", "piece.mid"),
        (".hidden.mid", "hidden.mid"),
        ("a\0b\n<c>|\"d'?*.mid", "a_b_c_d.mid"),
        ("con.mid", "_con.mid"),
        ("Für Elise, no. 1.mid", "Für_Elise_no_1.mid"),
        ("file=d.mid", "d.mid"),
        ("-rf.mid", "rf.mid"),
        ("ピアノ.mid", "ピアノ.mid"),
        ("\ud800x.mid", "x.mid"),
        ("", "piece.mid"),
    ],
)
def test_names_are_never_paths(name, safe):
    assert safe_name(name) == safe
    assert SAFE.fullmatch(safe)
    assert safe_name(safe) == safe


def test_long_names_fit_every_file_system():
    for letter in "aé字𝐀":
        name = safe_name(letter * 500 + ".mid")
        assert len(name.encode()) <= 130
        assert SAFE.fullmatch(name)
