"""What is passed on: the page of one entry, which messengers read as well, and the feed of the newest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from string import Template
from urllib.parse import quote
from xml.etree import ElementTree

from koe.gallery import Shown
from koe.web.texts import gallery as texts
from koe.web.texts import pages

CARD = 1200, 630  # pixels, as `koe.studio.Studio.card_png` draws it
ATOM = "http://www.w3.org/2005/Atom"

_PAGE = Template("""<!doctype html>
<html lang="$language" prefix="og: https://ogp.me/ns# music: https://ogp.me/ns/music#">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title – Koe</title>
<meta name="description" content="$description">
<link rel="canonical" href="$address">
<link rel="alternate" type="application/atom+xml" title="$feed_title" href="$base/gallery.atom">
<meta property="og:site_name" content="Koe">
<meta property="og:type" content="music.song">
<meta property="og:title" content="$title">
<meta property="og:description" content="$description">
<meta property="og:url" content="$address">
<meta property="og:locale" content="$locale">
<meta property="og:image" content="$address.png">
<meta property="og:image:type" content="image/png">
<meta property="og:image:width" content="$width">
<meta property="og:image:height" content="$height">
<meta property="og:image:alt" content="$picture">
<meta property="og:audio" content="$address/sound">
<meta property="og:audio:type" content="audio/mpeg">
<meta property="music:duration" content="$seconds">
<meta name="twitter:card" content="summary_large_image">
<style>
  :root { color-scheme: light dark; --ink: #2b3a55; --accent: #b04025; --paper: #fbf7f0; --line: #c3b8a8 }
  @media (prefers-color-scheme: dark) {
    :root { --ink: #e9e2d6; --accent: #e8694b; --paper: #1b1815; --line: #4a443d }
  }
  * { box-sizing: border-box }
  body { margin: 0; background: var(--paper); color: var(--ink); font: 1.05rem/1.5 "Source Serif", Georgia, serif }
  main { max-width: 46rem; margin: 0 auto; padding: 1.2rem }
  h1 { font-size: clamp(1.5rem, 5vw, 2.3rem); line-height: 1.2; margin: .6rem 0 .2rem; overflow-wrap: anywhere }
  p { margin: .2rem 0 1rem }
  .roll { position: relative; display: block; width: 100%; padding: 0; border: 1px solid var(--line);
    border-radius: .6rem; overflow: hidden; background: #fbf7f0; cursor: pointer }
  .roll svg { display: block; width: 100%; height: auto }
  .roll::before { content: ""; position: absolute; inset: 0 auto 0 var(--at, 0%); border-left: 2px solid #c2492f;
    visibility: hidden }
  .roll.on::before { visibility: visible }
  .sign { position: absolute; inset: 0; margin: auto; width: 5rem; height: 5rem; border-radius: 50%;
    background: #c2492f; display: grid; place-items: center }
  .sign::after { content: ""; border: solid transparent; border-width: 1.1rem 0 1.1rem 1.8rem;
    border-left-color: #fff; margin-left: .4rem }
  .on .sign { opacity: 0 }
  .roll:focus-visible, a:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
  nav { display: flex; flex-wrap: wrap; gap: .7rem; margin: 1.1rem 0; align-items: center }
  nav a, nav button { font: inherit; padding: .6rem 1.2rem; border-radius: 999px; text-decoration: none;
    border: 1px solid var(--line); color: inherit; background: none; cursor: pointer; min-height: 2.9rem }
  nav a.first { background: #b04025; border-color: #b04025; color: #fff }
  [aria-pressed=true] { border-color: var(--accent); color: var(--accent) }
</style>
</head>
<body>
<main>
<h1>$title</h1>
<p>$description</p>
<button class="roll" id="play" aria-label="$play">
<span aria-hidden="true">$svg</span><span class="sign"></span></button>
<p role="status" id="status"></p>
<noscript><audio controls preload="none" src="$local/sound"></audio></noscript>
<nav>
<a class="first" href="$home">$own</a>
<a href="$start">$start_label</a>
<button id="like" aria-pressed="$liked">♥ <span id="likes">$n_likes</span> <span>$like</span></button>
<a href="$local.mid" download>MIDI</a>
<a href="$gallery">$gallery_label</a>
</nav>
</main>
<script>
  const play = document.getElementById("play"), like = document.getElementById("like");
  const status = document.getElementById("status"), audio = new Audio();
  audio.preload = "none";
  play.onclick = () => {
    if (!audio.src) audio.src = "$local/sound";
    if (!audio.paused) return audio.pause();
    status.textContent = "$waiting";
    audio.play().catch(() => { status.textContent = "$lost"; });
  };
  audio.onplaying = () => { status.textContent = ""; };
  audio.onerror = () => { status.textContent = "$lost"; audio.removeAttribute("src"); };
  for (const event of ["play", "pause", "ended"]) {
    audio.addEventListener(event, () => play.classList.toggle("on", !audio.paused && !audio.ended));
  }
  audio.ontimeupdate = () => {
    if (audio.duration) play.style.setProperty("--at", 100 * audio.currentTime / audio.duration + "%");
  };
  like.onclick = async () => {
    const likes = like.getAttribute("aria-pressed") !== "true";
    const answer = await fetch("$local/like", { method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ likes }) });
    const said = await answer.json();
    if (!answer.ok) { status.textContent = said.error; return; }
    like.setAttribute("aria-pressed", likes);
    document.getElementById("likes").textContent = said.likes;
  };
</script>
</body>
</html>
""")

_MISSING = Template("""<!doctype html>
<html lang="$language"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>Koe</title>
<style>:root { color-scheme: light dark } body { font: 1.1rem/1.5 serif; max-width: 34em; margin: 20vh auto;
padding: 0 1.5em }</style>
<h1>Koe</h1><p>$sentence</p><p><a href="$home">$own</a></p></html>
""")


def entry_page(entry: Shown, svg: str, base: str, local: str, language: str, liked: bool) -> str:
    """The page of an entry, in the language that is spoken (`koe.web.texts.language.in_language`).

    Parameters
    ----------
    entry : Shown
    svg : str
        Its pianoroll.
    base : str
        Where the app is for everybody, without a slash at its end.
    local : str
        What its addresses on this server begin with, such as ``""`` or ``"/koe"``.
    language : str
    liked : bool
        Whether who asks likes it.
    """
    words = {
        "language": language,
        "locale": {"de": "de_DE"}.get(language, "en_US"),
        "title": entry.title,
        "description": described(entry),
        "address": f"{base}/g/{entry.id}",
        "base": base,
        "local": f"{local}/g/{entry.id}",
        "home": f"{local}/",
        "start": f"{local}/gallery?piece={entry.id}",
        "gallery": f"{local}/gallery",
        "width": CARD[0],
        "height": CARD[1],
        "picture": pages.ROLL_ALT.format(title=entry.title),
        "seconds": max(1, round(entry.seconds)),
        "n_likes": entry.n_likes,
        "liked": "true" if liked else "false",
        "feed_title": texts.FEED_TITLE,
        "play": texts.PLAY.format(title=entry.title),
        "own": texts.MAKE_YOUR_OWN,
        "start_label": texts.START,
        "like": texts.LIKE,
        "gallery_label": texts.GALLERY_TITLE,
        "waiting": pages.PLAYER["waiting"],
        "lost": texts.SOUND_LOST,
    }
    return _PAGE.substitute({name: escape(str(word)) for name, word in words.items()}, svg=svg)


def missing_page(local: str, language: str) -> str:
    """What is said where there is no such entry, or not any more."""
    words = {
        "language": language,
        "sentence": texts.REFUSED["missing"],
        "home": f"{local}/",
        "own": texts.MAKE_YOUR_OWN,
    }
    return _MISSING.substitute({name: escape(word) for name, word in words.items()})


def described(entry: Shown) -> str:
    """An entry in a sentence."""
    return sentence(entry.seconds, entry.model)


def sentence(seconds: float, model: str) -> str:
    """A piece in a sentence; ``model`` is empty where no network is known to have made it."""
    said = texts.DESCRIBED_BY if model else texts.DESCRIBED
    return said.format(length=pages.duration(seconds), model=model.upper())


def feed(entries: Sequence[Shown], base: str, language: str) -> bytes:
    """The newest entries as an Atom feed.

    References
    ----------
    RFC 4287.
    """
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": language})

    def add(to: ElementTree.Element, name: str, text: str = "", **fields: str) -> ElementTree.Element:
        element = ElementTree.SubElement(to, name, fields)
        element.text = text or None
        return element

    add(root, "title", texts.FEED_TITLE)
    add(root, "id", f"{base}/gallery.atom")
    add(root, "updated", _moment(entries[0].created if entries else datetime.fromtimestamp(0, UTC)))
    add(root, "link", rel="self", type="application/atom+xml", href=f"{base}/gallery.atom")
    add(root, "link", rel="alternate", type="text/html", href=f"{base}/gallery")
    add(add(root, "author"), "name", "Koe")
    for entry in entries:
        address = f"{base}/g/{quote(entry.id)}"
        one = add(root, "entry")
        add(one, "title", entry.title)
        add(one, "id", address)
        add(one, "published", _moment(entry.created))
        add(one, "updated", _moment(entry.created))
        add(one, "link", rel="alternate", type="text/html", href=address)
        add(one, "link", rel="enclosure", type="audio/midi", href=f"{address}.mid")
        add(one, "summary", described(entry))
    return ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _moment(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")
