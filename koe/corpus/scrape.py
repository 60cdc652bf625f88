"""Collecting the MIDI files that a web page links to, as the paper's author did.

The folder gets the files, and ``sources.jsonl`` with a line for every file
that was asked for: where it came from, its name and checksum, or why it was
left out. From these lines a scrape that was interrupted, or is repeated,
knows what it need not fetch again.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from koe.corpus.archive import midi_members
from koe.corpus.fetch import Fetcher, FetchError, host_of, normal_url
from koe.corpus.links import ARCHIVE_SUFFIX, SAFE, music_links, name_in, safe_name, suffix_of
from koe.errors import InputError, MidiError
from koe.music.grid import MAX_FILE_BYTES
from koe.music.midi_container import unwrap
from koe.progress import Progress

SOURCES = "sources.jsonl"
SETTLED = ("", "duplicate", "no MIDI file", "damaged")  # outcomes that another visit would not change


@dataclass(frozen=True, slots=True)
class ScrapeLimits:
    """How much is fetched, in bytes.

    Attributes
    ----------
    page, file, archive : int
        The largest page, MIDI file and ZIP archive.
    total : int
        All that is fetched in a run, and all that the folder may hold.
    n_files : int
        MIDI files in the folder.
    """

    page: int = 4 * 1024**2
    file: int = MAX_FILE_BYTES
    archive: int = 64 * 1024**2
    total: int = 1024**3
    n_files: int = 100_000


@dataclass(frozen=True, slots=True)
class Source:
    """One line of ``sources.jsonl``.

    Attributes
    ----------
    url : str
    member : str
        Path inside the archive at ``url``; empty for a file of its own, and
        for an archive as a whole.
    path : str
        File name in the folder; empty if nothing was kept.
    reason, detail : str
        Why nothing was kept. Both empty, with an empty ``path``: an archive
        whose members have been taken.
    """

    url: str
    member: str = ""
    path: str = ""
    sha256: str = ""
    n_bytes: int = 0
    reason: str = ""
    detail: str = ""


class _Full(Exception):
    """A limit on all files together is reached."""


def scrape(
    url: str,
    folder: Path,
    hosts: Iterable[str] = (),
    delay_sec: float = 1.0,
    limits: ScrapeLimits | None = None,
    progress: Progress | None = None,
) -> dict:
    """Collect every ``.mid`` and ``.midi`` link of a page, and of the ZIP archives it links to.

    Parameters
    ----------
    url : str
        The page. The address of an archive or a MIDI file does as well.
    folder : Path
        Made where it is missing. Files that an earlier scrape left there are
        not fetched again.
    hosts : iterable of str
        Other hosts that may be visited besides the page's own.
    delay_sec : float
        Least time from one request to the next.
    limits : ScrapeLimits, optional
    progress : callable, optional
        Called with links done and links in all.

    Returns
    -------
    summary : dict
        ``links`` on the page; files ``saved`` now and ``kept`` from before;
        ``skipped`` by reason; ``bytes`` fetched; ``stopped``, why not all
        links were visited, or None.

    Raises
    ------
    InputError
        If the page may not or cannot be fetched, or links to no music.
    """
    limits = limits or ScrapeLimits()
    url = normal_url(url)
    others = [host_of(normal_url(host if "://" in host else f"http://{host}")) for host in hosts]
    fetcher = Fetcher([host_of(url), *others], delay_sec)
    if suffix_of(url):
        links = [url]
    else:
        page = fetcher.get(url, min(limits.page, limits.total))
        links = music_links(_text(page.data, page.charset), page.url)
    if not links:
        raise InputError(f"{url} links to no .mid, .midi or .zip file; give the address of a page that does.")
    folder.mkdir(parents=True, exist_ok=True)
    collection = _Collection(folder, fetcher, limits)
    stopped = None
    try:
        for done, link in enumerate(links, 1):
            collection.collect(link)
            if progress:
                progress(done, len(links))
    except _Full as full:
        stopped = str(full)
    return {
        "links": len(links),
        "saved": collection.n_saved,
        "kept": collection.n_kept,
        "skipped": dict(sorted(collection.skipped.items())),
        "bytes": fetcher.n_bytes,
        "stopped": stopped,
    }


def _text(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset or "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        return data.decode("utf-8", "replace")


class _Collection:
    """A folder of files and the list of where they came from."""

    def __init__(self, folder: Path, fetcher: Fetcher, limits: ScrapeLimits) -> None:
        self.folder = folder
        self.fetcher = fetcher
        self.limits = limits
        self.n_saved = self.n_kept = self.n_bytes = 0
        self.skipped: Counter[str] = Counter()
        self._sources: dict[tuple[str, str], Source] = {}
        self._by_content: dict[str, str] = {}
        self._taken = {SOURCES}
        for source in _read_sources(folder / SOURCES):
            self._remember(source)

    def collect(self, url: str) -> None:
        """Fetch what one link leads to, unless it is here already."""
        is_archive = suffix_of(url) == ARCHIVE_SUFFIX
        known = self._sources.get((url, ""))
        if known and known.reason in SETTLED:
            # For an archive that was taken, its members stand.
            standing = [known]
            if is_archive and not known.reason:
                standing = [source for source in self._sources.values() if source.url == url and source.member]
            if all(map(self._is_here, standing)):
                for source in standing:
                    self._count(source, saved=False)
                return
        left = self.limits.total - max(self.n_bytes, self.fetcher.n_bytes)
        if left <= 0:
            raise _Full(f"{self.limits.total} bytes are reached, the most that are fetched.")
        most = self.limits.archive if is_archive else self.limits.file
        try:
            data = self.fetcher.get(url, min(most, left)).data
        except FetchError as error:
            if error.reason == "too large" and left < most:
                raise _Full(f"{self.limits.total} bytes would be exceeded, the most that are fetched.") from error
            self._note(Source(url, reason=error.reason, detail=str(error)))
            return
        if is_archive:
            self._collect_members(url, data)
        else:
            self._save(url, "", name_in(url), data)

    def _collect_members(self, url: str, data: bytes) -> None:
        archive = PurePosixPath(name_in(url)).stem
        try:
            for member, content, reason in midi_members(data, self.limits.file):
                known = self._sources.get((url, member))
                if known and known.reason in SETTLED and self._is_here(known):
                    self._count(known, saved=False)
                elif reason:
                    self._note(Source(url, member, reason=reason))
                else:
                    name = PurePosixPath(member.replace("\\", "/")).name
                    self._save(url, member, f"{archive}-{name}", content)
        except InputError as error:
            self._note(Source(url, reason="damaged", detail=str(error)))
            return
        self._write(Source(url))

    def _save(self, url: str, member: str, name: str, data: bytes) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        same = self._by_content.get(sha256)
        known = self._sources.get((url, member))
        if same and not (known and known.path == same) and (self.folder / same).is_file():
            self._note(Source(url, member, sha256=sha256, reason="duplicate", detail=f"the same bytes as {same}"))
            return
        try:
            unwrap(data)
        except MidiError as error:
            self._note(Source(url, member, reason="no MIDI file", detail=str(error)))
            return
        if len(self._by_content) >= self.limits.n_files:
            raise _Full(f"{self.limits.n_files} files are reached, the most that are kept.")
        if self.n_bytes + len(data) > self.limits.total:
            raise _Full(f"{self.limits.total} bytes are reached, the most that are kept.")
        path = known.path if known and known.path else self._free_name(safe_name(name), url, member, data)
        unfinished = self.folder / f"{path}.unfinished"
        unfinished.write_bytes(data)
        unfinished.replace(self.folder / path)
        self._note(Source(url, member, path, sha256, len(data)))

    def _free_name(self, name: str, url: str, member: str, data: bytes) -> str:
        """The name, or where another file has it, one that tells its place of origin, so that its works stay together.

        Some systems take upper and lower case for the same.
        """
        place = f"{url.rpartition('/')[0]}/{member.rpartition('/')[0]}"
        for origin in ("", place, f"{url} {member}"):
            candidate = f"{hashlib.sha256(origin.encode()).hexdigest()[:8]}-{name}" if origin else name
            path = self.folder / candidate
            if candidate.casefold() not in self._taken and (not path.exists() or path.read_bytes() == data):
                return candidate
        raise InputError(f"{path} is in the way; move it, or collect into an empty folder.")

    def _is_here(self, source: Source) -> bool:
        return not source.path or (self.folder / source.path).is_file()

    def _note(self, source: Source) -> None:
        self._write(source)
        self._count(source, saved=True)

    def _count(self, source: Source, saved: bool) -> None:
        if source.reason:
            self.skipped[source.reason] += 1
        elif saved:
            self.n_saved += 1
        else:
            self.n_kept += 1

    def _write(self, source: Source) -> None:
        with (self.folder / SOURCES).open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(asdict(source)) + "\n")
        self._remember(source)

    def _remember(self, source: Source) -> None:
        before = self._sources.get((source.url, source.member))
        self._sources[source.url, source.member] = source
        if source.path:
            self._taken.add(source.path.casefold())
            self._by_content.setdefault(source.sha256, source.path)
            self.n_bytes += source.n_bytes - (before.n_bytes if before else 0)


def _read_sources(path: Path) -> list[Source]:
    """Lines of an earlier scrape; one that was cut short is passed over, and ended, so that the next one is whole."""
    if not path.exists():
        return []
    text = path.read_text("utf-8", "replace")
    if text and not text.endswith("\n"):
        with path.open("a", encoding="utf-8") as file:
            file.write("\n")
    sources = []
    for line in text.splitlines():
        try:
            source = Source(**json.loads(line))
        except (ValueError, TypeError):
            continue
        # Only names that this module could have given.
        if not source.path or SAFE.fullmatch(source.path):
            sources.append(source)
    return sources
