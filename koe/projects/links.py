"""A piece in an address: how it was made, a checksum of its MIDI file, and its notes where they fit.

``encode`` writes the value of ``?k=``; nothing of it is kept on a server. Its
bytes are a version, a CRC-32, and a deflated body of `koe.projects.packing`;
base64url makes letters of them. A piece on sixteenths at one tempo is written
as version 1 did, which is shorter, and which older versions open; any other
one as version 2, as version 3 where a network that composes made it as somebody
wished, or as version 4 where it answers what was played. Whoever opens a link makes the music anew by
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
from koe.generation.wishes import Wishes
from koe.models.latent import BLEND_WAYS
from koe.models.sampling import MAX_SEED, WAYS, Sampling
from koe.music.grid import MAX_QPM, MAX_STEPS, MAX_TICKS, TICKS_PER_STEP
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
    Wished,
    check,
)
from koe.projects.upbeats import apart, joined

if TYPE_CHECKING:
    from koe.studio import Studio

MAX_LINK_CHARS = 2000  # what mail programs, chats and old browsers leave whole
MAX_READ_CHARS = 8192
MAX_BODY_BYTES = 128 * 1024  # unpacked
VERSION = 2
WISHED_VERSION = 3  # the same with recipes that version 2 does not know; older versions of Koe say that it is newer
ANSWERED_VERSION = 4  # the same with continuations that are answers
STEPS_VERSION = 1  # whose times are steps, and which knows one tempo and nothing of keys, pedal and upbeat
CHECKSUM_BYTES = 6
WEIGHTS_BYTES = 4
MAX_LATENTS = 1024
LATENT_BOUND = 1e4
NUMBER_BOUND = 1e6  # what settings may be is theirs to say
MAX_SETTINGS = 64
_KINDS: tuple[type, ...] = (Given, FromLatents, Blended, Path, Composed, Continued, Wished)
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
    n_ticks : int
        Length of the piece.
    notes : tuple of Note or None
        All notes of the piece, where they travel along.
    """

    frame: Frame
    recipe: Recipe
    weights: bytes
    checksum: bytes
    n_ticks: int
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
    version = STEPS_VERSION if _on_steps(link) else VERSION
    if isinstance(link.recipe, Wished):
        version = WISHED_VERSION
    elif isinstance(link.recipe, Continued) and link.recipe.answer:
        version = ANSWERED_VERSION
    unit = _unit(version)
    packer.count(_KINDS.index(type(link.recipe)))
    _pack_frame(packer, link.frame, version)
    packer.raw(link.checksum)
    packer.count(link.n_ticks // unit)
    packer.count(int(link.notes is not None))
    if link.notes is not None:
        packer.notes(link.notes, unit)
    _pack_recipe(packer, link, unit)
    squeezer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = squeezer.compress(bytes(packer.data)) + squeezer.flush()
    data = bytes([version]) + zlib.crc32(body).to_bytes(4, "big") + body
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> Link:
    """Read a link's value; whatever it is, nothing is run, read or made by it.

    Raises
    ------
    LinkError
        One sentence for who followed the link.
    """
    version, body = _body(text)
    unpacker, unit = Unpacker(body), _unit(version)
    kind = _KINDS[unpacker.count(len(_KINDS) - 1)]
    frame = _unpack_frame(unpacker, version)
    checksum = unpacker.raw(CHECKSUM_BYTES)
    n_ticks = unpacker.count(MAX_TICKS // unit) * unit
    notes = unpacker.notes(n_ticks, unit) if unpacker.count(1) else None
    if kind is Given and notes is None:
        raise LinkError(DAMAGED)
    weights = b"" if kind is Given else unpacker.raw(WEIGHTS_BYTES)
    try:
        recipe = _unpack_recipe(unpacker, kind, notes, unit)
        if version == ANSWERED_VERSION and isinstance(recipe, Continued):
            recipe = replace(recipe, answer=True)
        if version == STEPS_VERSION and isinstance(recipe, Continued) and recipe.prompt and frame.upbeat:
            recipe = replace(recipe, heard_metres=joined(frame.time_signatures, frame.upbeat) or ())
    except LinkError:
        raise
    except KoeError as error:  # settings that no control allows
        raise LinkError(f"The link asks for what cannot be made: {error}") from error
    unpacker.end()
    check(recipe)
    return Link(frame, recipe, weights, checksum, n_ticks, notes)


def _unit(version: int) -> int:
    """Ticks in which a version counts times."""
    return TICKS_PER_STEP if version == STEPS_VERSION else 1


def _on_steps(link: Link) -> bool:
    """Whether version 1 can say all of it."""
    frame, recipe = link.frame, link.recipe
    prompt = recipe.prompt if isinstance(recipe, Continued) else None
    notes = (*(link.notes or ()), *(prompt.notes if prompt else ()))
    times = [link.n_ticks, prompt.n_ticks if prompt else 0, *(signature.onset for signature in frame.time_signatures)]
    times += [time for note in notes for time in (note.onset, note.duration)]
    # An upbeat was a measure to the networks; what they are given as one now is said by version 2.
    heard_so = not (prompt and frame.upbeat and isinstance(recipe, Continued) and not recipe.heard_metres)
    return (
        len(frame.tempos) == 1
        and frame.qpm <= MAX_QPM
        and joined(frame.time_signatures, frame.upbeat) is not None
        and heard_so
        and not (frame.keys or frame.pedal or frame.beats_estimated)
        and not any(time % TICKS_PER_STEP for time in times)
        and not any(note.shift or note.release for note in notes)
    )


def _pack_frame(packer: Packer, frame: Frame, version: int) -> None:
    packer.text(frame.title)
    metres = frame.time_signatures
    if version == STEPS_VERSION:
        packer.number(frame.qpm)
        metres = joined(metres, frame.upbeat) or metres
    else:
        packer.tempos(frame.tempos)
    packer.signatures(metres, _unit(version))
    packer.optional(frame.made_from)
    if version > STEPS_VERSION:
        packer.count(frame.upbeat)
        packer.keys(frame.keys)
        packer.pedal(frame.pedal)
        packer.count(int(frame.beats_estimated))


def _unpack_frame(unpacker: Unpacker, version: int) -> Frame:
    title = unpacker.text()
    tempos = (unpacker.tempo(),) if version == STEPS_VERSION else unpacker.tempos()
    metres, made_from = unpacker.signatures(_unit(version)), unpacker.optional(MAX_STEPS)
    if version == STEPS_VERSION:
        bars, upbeat = apart(metres)
        return Frame(title, tempos, bars, made_from, upbeat)
    upbeat, keys, pedal = unpacker.count(MAX_TICKS), unpacker.keys(), unpacker.pedal()
    return Frame(title, tempos, metres, made_from, upbeat, keys, pedal, bool(unpacker.count(1)))


def _body(text: str) -> tuple[int, bytes]:
    """Version, and the unpacked body: never more than is allowed, whatever the text promises."""
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
    if data and data[0] > ANSWERED_VERSION and len(data) > 5:
        raise LinkError("The link was made by a newer version of Koe; this one cannot open it.")
    if (
        len(data) < 6
        or not STEPS_VERSION <= data[0] <= ANSWERED_VERSION
        or zlib.crc32(data[5:]) != int.from_bytes(data[1:5], "big")
    ):
        raise LinkError(DAMAGED)
    opener = zlib.decompressobj(-15)
    try:
        body = opener.decompress(data[5:], MAX_BODY_BYTES)
    except zlib.error:
        raise LinkError(DAMAGED) from None
    if not opener.eof or opener.unused_data:
        raise LinkError(DAMAGED)
    return data[0], body


def _pack_recipe(packer: Packer, link: Link, unit: int) -> None:
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
        packer.count(BLEND_WAYS.index(recipe.way))
        packer.number(recipe.threshold)
        if isinstance(recipe, Blended):
            packer.number(recipe.weight)
        else:
            packer.count(recipe.n_segments)
    elif isinstance(recipe, Composed):
        packer.count(recipe.seed)
    elif isinstance(recipe, Wished):
        packer.count(recipe.seed)
        settings = recipe.wishes.as_settings()
        packer.count(len(settings))
        for pair in settings:
            for word in pair:
                packer.text(word)
    else:
        sampling = recipe.sampling
        packer.count(WAYS.index(sampling.way))
        for value in (sampling.temperature, sampling.threshold, sampling.top_p, sampling.density, sampling.holding):
            packer.number(value)
        for number in (recipe.seed, recipe.n_steps, recipe.n_variations, recipe.variation, int(recipe.guard)):
            packer.count(number)
        packer.count(recipe.prompt.n_ticks // unit if recipe.prompt else 0)
        if recipe.prompt and link.notes is None:  # of a piece whose notes came, the prompt is the beginning
            packer.notes(recipe.prompt.notes, unit)


def _unpack_recipe(unpacker: Unpacker, kind: type, notes: tuple[Note, ...] | None, unit: int) -> Recipe:
    if kind is Given:
        return Given(_unpack_making(unpacker))
    model = unpacker.text()
    if kind is FromLatents:
        return FromLatents(model, unpacker.vector(MAX_LATENTS, LATENT_BOUND), unpacker.number(0, 1))
    if kind is Composed:
        return Composed(model, unpacker.count(MAX_SEED))
    if kind is Wished:
        seed = unpacker.count(MAX_SEED)
        said = {unpacker.text(): unpacker.text() for _ in range(unpacker.count(MAX_SETTINGS))}
        try:
            return Wished(model, seed, Wishes.from_settings(said))
        except (KeyError, ValueError, TypeError):
            raise LinkError(DAMAGED) from None
    if kind is Continued:
        return _unpack_continued(unpacker, model, notes, unit)
    first, second = (
        End(unpacker.text(), unpacker.count(MAX_STEPS, 1), unpacker.count(2 * MAX_SHIFT) - MAX_SHIFT) for _ in range(2)
    )
    way, threshold = BLEND_WAYS[unpacker.count(len(BLEND_WAYS) - 1)], unpacker.number(0, 1)
    if kind is Blended:
        return Blended(model, first, second, unpacker.number(0, 1), threshold, way)
    return Path(model, first, second, unpacker.count(MAX_PATH_SEGMENTS), threshold, way)


def _unpack_continued(unpacker: Unpacker, model: str, notes: tuple[Note, ...] | None, unit: int) -> Continued:
    way = WAYS[unpacker.count(len(WAYS) - 1)]
    sampling = Sampling(way, *(unpacker.number(-NUMBER_BOUND, NUMBER_BOUND) for _ in range(5)))
    seed, n_steps = unpacker.count(MAX_SEED), unpacker.count(MAX_STEPS_WRITTEN)
    n_variations, variation = unpacker.count(MAX_VARIATIONS), unpacker.count(MAX_VARIATIONS)
    guard, n_heard = bool(unpacker.count(1)), unpacker.count(MAX_TICKS // unit) * unit
    prompt = None
    if n_heard:
        heard = tuple(note for note in notes if note.onset < n_heard) if notes else ()
        prompt = Piece(unpacker.notes(n_heard, unit) if notes is None else heard, n_heard)
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
