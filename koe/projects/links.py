"""A piece in an address: how it was made, a checksum of its MIDI file, and its notes where they fit.

``encode`` writes the value of ``?k=``; nothing of it is kept on a server. Its
bytes are a version, a CRC-32, and a deflated body of `koe.projects.packing`;
base64url makes letters of them. Whoever opens a link makes the music anew by
the same use case and compares checksums; where weights or arithmetic differ,
the notes that travelled along are what was sent.

References
----------
RFC 1951 (deflate), RFC 4648 section 5 (base64url).
"""

import base64
import binascii
import hashlib
import re
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from koe.errors import KoeError, LinkError
from koe.generation.latent import PATHS
from koe.generation.sampling import MAX_SEED, WAYS, Sampling
from koe.music.grid import MAX_STEPS
from koe.music.making import Making
from koe.music.notes import Note
from koe.music.piece import Piece
from koe.projects.packing import DAMAGED, Packer, Unpacker
from koe.projects.recipes import (
    MAX_PATH_SEGMENTS,
    MAX_SHIFT,
    MAX_STEPS_WRITTEN,
    MAX_VARIATIONS,
    Blended,
    Composed,
    Continued,
    End,
    Frame,
    FromLatents,
    Given,
    Path,
    Recipe,
    check,
)

if TYPE_CHECKING:
    from koe.studio import Studio

MAX_LINK_CHARS = 2000  # what mail programs, chats and old browsers leave whole
MAX_READ_CHARS = 8192
MAX_BODY_BYTES = 128 * 1024  # unpacked
VERSION = 1
CHECKSUM_BYTES = 6
WEIGHTS_BYTES = 4
MAX_LATENTS = 1024
LATENT_BOUND = 1e4
NUMBER_BOUND = 1e6  # what settings may be is theirs to say
MAX_SETTINGS = 64
_KINDS: tuple[type, ...] = (Given, FromLatents, Blended, Path, Composed, Continued)
_ALPHABET = re.compile(r"[A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Link:
    """What an address holds.

    Attributes
    ----------
    frame : Frame
    recipe : Recipe
    weights : bytes
        The first bytes of the SHA-256 of the model's weights; empty for
        `Given`, which needs none.
    checksum : bytes
        Of the piece's MIDI file, as `checksum_of` gives it.
    n_steps : int
        Length of the piece.
    notes : tuple of Note or None
        All notes of the piece, where they travel along.
    """

    frame: Frame
    recipe: Recipe
    weights: bytes
    checksum: bytes
    n_steps: int
    notes: tuple[Note, ...] | None


def checksum_of(midi: bytes) -> bytes:
    """What tells a MIDI file from all others that anybody is likely to meet."""
    return hashlib.sha256(midi).digest()[:CHECKSUM_BYTES]


def weights_of(model: str, studio: "Studio") -> bytes:
    """The first bytes of the hash of a model's weights; empty for no model."""
    return bytes.fromhex(studio.registry.card(model).weights_sha256[: 2 * WEIGHTS_BYTES]) if model else b""


def fitting(link: Link, most: int = MAX_LINK_CHARS) -> str:
    """The link with its notes, or without where that is too long and there is another way to make it.

    Raises
    ------
    LinkError
        If neither fits.
    """
    ways = [link]
    if isinstance(link.recipe, Given):
        if link.recipe.making is not None:
            ways.append(replace(link, recipe=Given(replace(link.recipe.making, settings=()))))
    else:
        ways.append(replace(link, notes=None))
    texts = [encode(way) for way in ways]
    for text in texts:
        if len(text) <= most:
            return text
    raise LinkError(
        f"The piece does not fit into a link: it would have {min(map(len, texts)):,} characters, "
        f"and {most:,} are the most that travel safely. Save it as a project file instead."
    )


def encode(link: Link) -> str:
    """The value of ``?k=``, however long."""
    packer = Packer()
    recipe, frame = link.recipe, link.frame
    packer.count(_KINDS.index(type(recipe)))
    packer.text(frame.title)
    packer.number(frame.qpm)
    packer.signatures(frame.time_signatures)
    packer.optional(frame.made_from)
    packer.raw(link.checksum)
    packer.count(link.n_steps)
    packer.count(int(link.notes is not None))
    if link.notes is not None:
        packer.notes(link.notes)
    _pack_recipe(packer, link)
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezer.compress(bytes(packer.data)) + squeezer.flush()
    data = bytes([VERSION]) + zlib.crc32(body).to_bytes(4, "big") + body
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> Link:
    """Read a link's value; whatever it is, nothing is run, read or made by it.

    Raises
    ------
    LinkError
        One sentence for who followed the link.
    """
    unpacker = Unpacker(_body(text))
    kind = _KINDS[unpacker.count(len(_KINDS) - 1)]
    frame = Frame(unpacker.text(), unpacker.tempo(), unpacker.signatures(), unpacker.optional(MAX_STEPS))
    checksum = unpacker.raw(CHECKSUM_BYTES)
    n_steps = unpacker.count(MAX_STEPS)
    notes = unpacker.notes(n_steps) if unpacker.count(1) else None
    if kind is Given and notes is None:
        raise LinkError(DAMAGED)
    weights = b"" if kind is Given else unpacker.raw(WEIGHTS_BYTES)
    try:
        recipe = _unpack_recipe(unpacker, kind, notes)
    except LinkError:
        raise
    except KoeError as error:  # settings that no control allows
        raise LinkError(f"The link asks for what cannot be made: {error}") from error
    unpacker.end()
    check(recipe)
    return Link(frame, recipe, weights, checksum, n_steps, notes)


def _body(text: str) -> bytes:
    """The unpacked body; never more than is allowed, whatever the text promises."""
    text = text.strip()
    if len(text) > MAX_READ_CHARS:
        raise LinkError(f"The link has {len(text):,} characters; at most {MAX_READ_CHARS:,} are read.")
    if not _ALPHABET.fullmatch(text):
        raise LinkError(
            "The link holds signs that belong to no link of Koe. Copy it once more, without anything around."
        )
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise LinkError(DAMAGED) from None
    if data and data[0] > VERSION and len(data) > 5:
        raise LinkError("The link was made by a newer version of Koe; this one cannot open it.")
    if len(data) < 6 or data[0] != VERSION or zlib.crc32(data[5:]) != int.from_bytes(data[1:5], "big"):
        raise LinkError(DAMAGED)
    opener = zlib.decompressobj(-15)
    try:
        body = opener.decompress(data[5:], MAX_BODY_BYTES)
    except zlib.error:
        raise LinkError(DAMAGED) from None
    if not opener.eof or opener.unused_data:
        raise LinkError(DAMAGED)
    return body


def _pack_recipe(packer: Packer, link: Link) -> None:
    recipe = link.recipe
    if isinstance(recipe, Given):
        _pack_making(packer, recipe.making)
        return
    packer.raw(link.weights)
    packer.text(recipe.model)
    if isinstance(recipe, FromLatents):
        packer.vector(recipe.latents)
        packer.number(recipe.threshold)
    elif isinstance(recipe, Blended | Path):
        for end in (recipe.first, recipe.second):
            packer.text(end.slug)
            packer.count(end.measure)
            packer.count(end.shift + MAX_SHIFT)
        packer.count(PATHS.index(recipe.way))
        packer.number(recipe.threshold)
        if isinstance(recipe, Blended):
            packer.number(recipe.weight)
        else:
            packer.count(recipe.n_segments)
    elif isinstance(recipe, Composed):
        packer.count(recipe.seed)
    else:
        sampling = recipe.sampling
        packer.count(WAYS.index(sampling.way))
        for value in (sampling.temperature, sampling.threshold, sampling.top_p, sampling.density, sampling.holding):
            packer.number(value)
        for number in (recipe.seed, recipe.n_steps, recipe.n_variations, recipe.variation, int(recipe.guard)):
            packer.count(number)
        packer.count(recipe.prompt.n_steps if recipe.prompt else 0)
        if recipe.prompt and link.notes is None:  # of a piece whose notes came, the prompt is the beginning
            packer.notes(recipe.prompt.notes)


def _unpack_recipe(unpacker: Unpacker, kind: type, notes: tuple[Note, ...] | None) -> Recipe:
    if kind is Given:
        return Given(_unpack_making(unpacker))
    model = unpacker.text()
    if kind is FromLatents:
        return FromLatents(model, unpacker.vector(MAX_LATENTS, LATENT_BOUND), unpacker.number(0, 1))
    if kind is Composed:
        return Composed(model, unpacker.count(MAX_SEED))
    if kind is Continued:
        return _unpack_continued(unpacker, model, notes)
    first, second = (
        End(unpacker.text(), unpacker.count(MAX_STEPS, 1), unpacker.count(2 * MAX_SHIFT) - MAX_SHIFT) for _ in range(2)
    )
    way, threshold = PATHS[unpacker.count(len(PATHS) - 1)], unpacker.number(0, 1)
    if kind is Blended:
        return Blended(model, first, second, unpacker.number(0, 1), threshold, way)
    return Path(model, first, second, unpacker.count(MAX_PATH_SEGMENTS), threshold, way)


def _unpack_continued(unpacker: Unpacker, model: str, notes: tuple[Note, ...] | None) -> Continued:
    way = WAYS[unpacker.count(len(WAYS) - 1)]
    sampling = Sampling(way, *(unpacker.number(-NUMBER_BOUND, NUMBER_BOUND) for _ in range(5)))
    seed, n_steps = unpacker.count(MAX_SEED), unpacker.count(MAX_STEPS_WRITTEN)
    n_variations, variation = unpacker.count(MAX_VARIATIONS), unpacker.count(MAX_VARIATIONS)
    guard, n_heard = bool(unpacker.count(1)), unpacker.count(MAX_STEPS)
    prompt = None
    if n_heard:
        heard = unpacker.notes(n_heard) if notes is None else tuple(note for note in notes if note.onset < n_heard)
        prompt = Piece(heard, n_heard)
    return Continued(model, prompt, sampling, seed, n_steps, n_variations, variation, guard)


def _pack_making(packer: Packer, making: Making | None) -> None:
    packer.count(int(making is not None))
    if making is not None:
        packer.text(making.model)
        packer.optional(making.seed)
        packer.count(min(len(making.settings), MAX_SETTINGS))
        for pair in making.settings[:MAX_SETTINGS]:
            for word in pair:
                packer.text(word)


def _unpack_making(unpacker: Unpacker) -> Making | None:
    if not unpacker.count(1):
        return None
    model, seed = unpacker.text(), unpacker.optional(MAX_SEED)
    return Making(model, seed, tuple((unpacker.text(), unpacker.text()) for _ in range(unpacker.count(MAX_SETTINGS))))


def shortened(text: str) -> str:
    """The same link without its notes, for a QR code; the same link where the notes are all that it has."""
    link = decode(text)
    if isinstance(link.recipe, Given) or link.notes is None:
        return text
    return min(text, encode(replace(link, notes=None)), key=len)
