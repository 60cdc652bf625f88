"""The fingerprints of a corpus and where they lie, on disk.

An index folder holds

``buckets.npy``
    uint32, ``(65537,)``: where the fingerprints with the same first 16 bits
    begin in the other two arrays.
``tags.npy``
    uint8: the next eight bits of each fingerprint.
``places.npy``
    uint32, or uint64 for a corpus of over 33 million steps: the step, counted
    over all pieces, times 128, and the key of the fingerprint's first note.
``index.json``
    The format's version, the corpus's fingerprint, its pieces, and how much
    pieces share by chance.

No notes are kept. A key is hidden by bits of its fingerprint that are not
stored, so only who asks with the same four notes learns at which pitch the
corpus has them. What occurs more than `MOST_PLACES` times, such as scales and
common accompaniments, says nothing of where it comes from and is left out.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from koe.errors import CorpusError
from koe.originality.fingerprints import fingerprints

FORMAT_VERSION = 1
MOST_PLACES = 256
KEYS = 128  # in which a key is hidden
N_BUCKETS = 1 << 16
ARRAYS = ("buckets", "tags", "places")

_BUCKET, _TAG = np.uint64(48), np.uint64(40)  # how far to shift a hash
_MASK = np.uint64(KEYS - 1)


@dataclass(frozen=True, slots=True)
class Source:
    """A piece that the networks learned from; ``start`` is its first step, counted over all pieces."""

    composer: str
    title: str
    path: str
    start: int
    n_steps: int
    measure_steps: int

    @property
    def name(self) -> str:
        """Composer and title, such as ``"J. S. Bach: Prelude"``."""
        return f"{composer_name(self.composer)}: {self.title}" if self.composer else self.title

    def measure(self, step: int) -> int:
        """Number of the measure that holds a step of the piece, by the metre that it begins with."""
        return max(step, 0) // max(self.measure_steps, 1) + 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What pieces that have nothing to do with the corpus share with it.

    Attributes
    ----------
    n_steps : int
        Length of the pieces.
    share : float
        Of a passage's notes, see `koe.originality.search`.
    run : int
        In notes. One passage in a hundred is above one of the two.
    """

    n_steps: int
    share: float
    run: int


@dataclass(frozen=True, slots=True)
class Arrays:
    """The three arrays of an index."""

    buckets: np.ndarray
    tags: np.ndarray
    places: np.ndarray


@dataclass(frozen=True, slots=True)
class Hits:
    """Fingerprints that were found, one entry for each place where one lies.

    Attributes
    ----------
    asked : np.ndarray, shape=(n,), dtype=int64
        Which of the fingerprints that were asked for.
    steps, keys : np.ndarray, shape=(n,), dtype=int64
        Where its first note lies: step counted over all pieces, and piano key.
    """

    asked: np.ndarray
    steps: np.ndarray
    keys: np.ndarray


class Index:
    """An opened index. Cheap to open: fingerprints are read where they are asked for.

    Parameters
    ----------
    folder : Path
        What `write_index` wrote.

    Raises
    ------
    CorpusError
        If there is no index, or one of another format version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        try:
            about = json.loads((self.folder / "index.json").read_text("utf-8"))
            if about["format_version"] != FORMAT_VERSION:
                raise CorpusError(
                    f"{self.folder} is an index of format {about['format_version']}, this Koe reads {FORMAT_VERSION}; "
                    "build it again with `koe originality build`."
                )
            self.corpus_sha256: str = about["corpus_sha256"]
            self.limits = tuple(Limits(**limits) for limits in about["limits"])
            self.sources = tuple(Source(*source) for source in about["sources"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _no_index(self.folder) from error

    @cached_property
    def arrays(self) -> Arrays:
        """The fingerprints, memory-mapped."""
        try:
            buckets, tags, places = (
                np.load(self.folder / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ARRAYS
            )
        except (OSError, ValueError, EOFError) as error:
            raise _no_index(self.folder) from error
        if buckets.shape != (N_BUCKETS + 1,) or not tags.shape == places.shape == (int(buckets[-1]),):
            raise _no_index(self.folder)
        return Arrays(buckets, tags, places)

    @cached_property
    def starts(self) -> np.ndarray:
        """First step of each piece, counted over all pieces."""
        return np.array([source.start for source in self.sources], dtype=np.int64)

    def lookup(self, hashes: np.ndarray) -> Hits:
        """Find every place where one of these fingerprints lies.

        Parameters
        ----------
        hashes : np.ndarray, shape=(n,), dtype=uint64
            See `koe.originality.fingerprints.fingerprints`.
        """
        arrays = self.arrays
        bucket = (hashes >> _BUCKET).astype(np.int64)
        first = arrays.buckets[bucket].astype(np.int64)
        sizes = arrays.buckets[bucket + 1].astype(np.int64) - first
        asked = np.repeat(np.arange(len(hashes)), sizes)
        entries = np.arange(len(asked)) + np.repeat(first - np.cumsum(sizes) + sizes, sizes)
        found = arrays.tags[entries] == _tag(hashes)[asked]
        asked, places = asked[found], arrays.places[entries[found]].astype(np.int64)
        keys = (places % KEYS) ^ (hashes[asked] & _MASK).astype(np.int64)
        return Hits(asked, places // KEYS, keys)

    def source_at(self, step: int) -> Source:
        """The piece that holds a step, counted over all pieces."""
        return self.sources[max(int(np.searchsorted(self.starts, step, side="right")) - 1, 0)]


def fingerprint_pieces(pieces: Iterable[np.ndarray], most_places: int = MOST_PLACES) -> Arrays:
    """Fingerprint pieces that lie end to end.

    Parameters
    ----------
    pieces : iterable of np.ndarray, shape=(n, 2)
        The onsets of each piece (`koe.originality.fingerprints.onsets_of`),
        their steps counted over all pieces.
    most_places : int
        What occurs more often is left out.
    """
    hashes, places = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.uint64)]
    for onsets in pieces:
        found = fingerprints(onsets)
        step, key = onsets[found.notes[:, 0]].T.astype(np.uint64)
        hashes.append(found.hashes)
        places.append(step * np.uint64(KEYS) + (key ^ (found.hashes & _MASK)))
    hashed, place = np.concatenate(hashes), np.concatenate(places)
    order = np.lexsort((place, hashed >> _TAG))
    stored, place = hashed[order] >> _TAG, place[order]
    _, which, counts = np.unique(stored, return_inverse=True, return_counts=True)
    kept = counts[which] <= most_places
    stored, place = stored[kept], place[kept]
    buckets = np.searchsorted(stored, np.arange(N_BUCKETS + 1, dtype=np.uint64) << (_BUCKET - _TAG))
    wide = len(place) > 0 and place.max() > np.iinfo(np.uint32).max
    return Arrays(
        buckets.astype(np.uint32), (stored & np.uint64(0xFF)).astype(np.uint8), place if wide else place.astype("u4")
    )


def write_index(
    folder: Path, arrays: Arrays, sources: Iterable[Source], corpus_sha256: str, limits: Iterable[Limits] = ()
) -> Index:
    """Write an index and open it; an index that is there already is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ARRAYS:
        # Another file under the name: whoever has the old one mapped keeps it.
        part = folder / f"{name}.part.npy"
        np.save(part, getattr(arrays, name))
        os.replace(part, folder / f"{name}.npy")
    about = {"format_version": FORMAT_VERSION, "corpus_sha256": corpus_sha256}
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in about.items()]
    lines.append('"limits": ' + json.dumps([asdict(one) for one in limits]))
    rows = ",\n".join(json.dumps(list(asdict(source).values()), ensure_ascii=False) for source in sources)
    lines.append(f'"sources": [\n{rows}\n]')
    (folder / "index.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8", newline="\n")
    return Index(folder)


def composer_name(slug: str) -> str:
    """Write a composer's name for people; initials come last in a corpus's short names.

    Examples
    --------
    >>> composer_name("bach-js"), composer_name("chopin"), composer_name("Erik Satie")
    ('J. S. Bach', 'Chopin', 'Erik Satie')
    """
    if slug != slug.lower():
        return slug
    *names, last = slug.split("-")
    if not names or len(last) > 3:
        return " ".join(part.capitalize() for part in (*names, last))
    initials = " ".join(f"{letter.upper()}." for letter in last)
    return f"{initials} {' '.join(name.capitalize() for name in names)}"


def _tag(hashes: np.ndarray) -> np.ndarray:
    return ((hashes >> _TAG) & np.uint64(0xFF)).astype(np.uint8)


def _no_index(folder: Path) -> CorpusError:
    return CorpusError(
        f"{folder} holds no index of fingerprints; make one with `koe originality build --corpus DIR -o {folder}`."
    )
