"""Fetching files from the web as a guest should.

Only from hosts that were asked for, redirects included; only what robots.txt
allows; never two requests at a time or faster than one a delay; never more
bytes than a limit; with a name.
"""

import contextlib
import http.client
import time
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from koe.corpus.robots import ALL_ALLOWED, MAX_ROBOTS_BYTES, Robots, parse_robots
from koe.errors import InputError
from koe.version import __version__

AGENT = "Koe"
USER_AGENT = f"{AGENT}/{__version__} (collects MIDI files of piano music; one request at a time)"

MAX_REDIRECTS = 5
MAX_TRIES = 3
MAX_DELAY_SEC = 300.0  # a site that wants longer pauses wants no robots
MAX_RETRY_SEC = 60.0
TIMEOUT_SEC = 30.0  # of silence
MAX_DOWNLOAD_SEC = 600.0
CHUNK_BYTES = 1 << 16
DEFAULT_PORTS = {"http": 80, "https": 443}
BUSY = (429, 503)


class FetchError(InputError):
    """Something that was not fetched.

    Attributes
    ----------
    reason : str
        In a word or two, for counting.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came, and from which address after all redirects; ``charset`` may be empty."""

    url: str
    data: bytes
    charset: str


def normal_url(url: str) -> str:
    """Write an address as servers take it: without fragment, everything unusual quoted.

    Raises
    ------
    FetchError
        If it is no http or https address, or holds a password.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchError("no address", f"{url!r} is no web address: {error}.") from error
    if parts.scheme not in DEFAULT_PORTS or not host:
        raise FetchError("no address", f"{url!r} is no web address; one that begins with http:// or https:// is.")
    if parts.username is not None:
        raise FetchError("no address", f"The address of {host} holds a user name; give one without.")
    with contextlib.suppress(UnicodeError):
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    return urlunsplit((parts.scheme, place, path, quote(parts.query, safe="/%:@!$&'()*+,;=~?[]"), ""))


def host_of(url: str) -> str:
    """Host of a normal address, with its port where that is not the usual one."""
    return urlsplit(url).netloc


class Fetcher:
    """Fetches politely.

    Parameters
    ----------
    hosts : iterable of str
        The only hosts that are visited, such as ``"example.org"`` or
        ``"localhost:8000"``.
    delay_sec : float
        Least time from one request to the next; robots.txt can ask for more.
    sleep : callable
        Waits so many seconds.
    """

    def __init__(
        self, hosts: Iterable[str], delay_sec: float = 1.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.hosts = {host.lower() for host in hosts}
        self.delay_sec = delay_sec
        self.n_bytes = 0
        self._sleep = sleep
        self._last = -float("inf")
        self._robots: dict[str, Robots | FetchError] = {}
        self._opener = urllib.request.OpenerDirector()
        # No handler for redirects, which are checked here one by one, nor for files and other schemes.
        for handler in (
            urllib.request.ProxyHandler,
            urllib.request.HTTPHandler,
            urllib.request.HTTPSHandler,
            urllib.request.HTTPDefaultErrorHandler,
            urllib.request.HTTPErrorProcessor,
        ):
            self._opener.add_handler(handler())

    def get(self, url: str, max_bytes: int) -> Fetched:
        """Fetch a file.

        Raises
        ------
        FetchError
            If it may not be fetched, cannot be, or is larger than ``max_bytes``.
        """
        for _ in range(MAX_REDIRECTS + 1):
            url = normal_url(url)
            robots = self._rules(url)
            parts = urlsplit(url)
            if not robots.allows(f"{parts.path}?{parts.query}" if parts.query else parts.path):
                raise FetchError("robots.txt", f"The robots.txt of {host_of(url)} does not allow {url}.")
            found = self._request(url, max_bytes, max(self.delay_sec, robots.delay_sec))
            if isinstance(found, Fetched):
                return found
            url = urljoin(url, found)
        raise FetchError("not fetched", f"{url} leads from one address to the next without end.")

    def _rules(self, url: str) -> Robots:
        """The rules of the url's host, fetched when it is first visited."""
        host = host_of(url)
        if host.lower() not in self.hosts:
            raise FetchError(
                "other host",
                f"{url} lies on {host}, and only {', '.join(sorted(self.hosts))} may be visited; "
                f"ask for {host} too if you want its files.",
            )
        site = f"{urlsplit(url).scheme}://{host}"
        if site not in self._robots:
            self._robots[site] = self._fetch_robots(site)
        robots = self._robots[site]
        if isinstance(robots, FetchError):
            raise FetchError(robots.reason, str(robots))
        return robots

    def _fetch_robots(self, site: str) -> Robots | FetchError:
        url = f"{site}/robots.txt"
        try:
            for _ in range(MAX_REDIRECTS + 1):
                found = self._request(url, MAX_ROBOTS_BYTES, self.delay_sec)
                if isinstance(found, Fetched):
                    robots = parse_robots(found.data.decode("utf-8", "replace"), AGENT)
                    if robots.delay_sec > MAX_DELAY_SEC:
                        wish = f"{robots.delay_sec:g} seconds between requests"
                        return FetchError("robots.txt", f"{site} wants {wish}; Koe takes that for a no.")
                    return robots
                url = normal_url(urljoin(url, found))
                if host_of(url).lower() not in self.hosts:
                    return FetchError("robots.txt", f"The robots.txt of {site} lies on {host_of(url)}, another host.")
        except FetchError as error:
            # A site without the file allows all; one that cannot answer, for now, nothing.
            return ALL_ALLOWED if error.reason == "not there" else error
        return ALL_ALLOWED  # redirects without end count as no file

    def _request(self, url: str, max_bytes: int, delay_sec: float) -> Fetched | str:
        """What lies at an address, or where that redirects to."""
        for tries_left in reversed(range(MAX_TRIES)):
            self._wait(delay_sec)
            try:
                request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
                with self._opener.open(request, timeout=TIMEOUT_SEC) as response:
                    data = self._read(response, url, max_bytes)
                    return Fetched(url, data, response.headers.get_content_charset() or "")
            except HTTPError as error:
                with error:
                    location = error.headers.get("Location")
                    if 300 <= error.code < 400 and location:
                        return location
                    if error.code in BUSY and tries_left:
                        self._sleep(_retry_sec(error.headers.get("Retry-After"), delay_sec))
                        continue
                    reason = "not there" if 400 <= error.code < 500 and error.code not in BUSY else "not fetched"
                    raise FetchError(reason, f"{url} cannot be fetched: {error.code} {error.reason}.") from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                if not tries_left:
                    why = getattr(error, "reason", None) or error
                    raise FetchError("not fetched", f"{url} cannot be fetched: {why}.") from error
        raise AssertionError("the last try returns or raises")

    def _wait(self, delay_sec: float) -> None:
        left = self._last + delay_sec - time.monotonic()
        if left > 0:
            self._sleep(left)
        self._last = time.monotonic()

    def _read(self, response: http.client.HTTPResponse, url: str, max_bytes: int) -> bytes:
        """All bytes of an answer, but never more than the limit."""
        promised = response.length  # None where the server does not tell
        too_large = FetchError("too large", f"{url} is larger than {max_bytes} bytes, the most that is fetched.")
        if promised is not None and promised > max_bytes:
            raise too_large
        data = bytearray()
        start = time.monotonic()
        while chunk := response.read1(CHUNK_BYTES):
            data += chunk
            self.n_bytes += len(chunk)
            if len(data) > max_bytes:
                raise too_large
            if time.monotonic() - start > MAX_DOWNLOAD_SEC:
                raise FetchError("not fetched", f"{url} took longer than {MAX_DOWNLOAD_SEC:g} seconds.")
        if promised is not None and len(data) < promised:
            raise http.client.IncompleteRead(bytes(data[:0]), promised - len(data))
        return bytes(data)


def _retry_sec(header: str | None, delay_sec: float) -> float:
    """How long a busy server wants to be left alone."""
    asked = float(header) if header and header.isascii() and header.isdigit() else 5 * delay_sec
    return min(asked, MAX_RETRY_SEC)
