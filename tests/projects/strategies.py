"""Any piece, any link, any project."""

from hypothesis import strategies as st

from koe.models.latent import BLEND_WAYS
from koe.models.sampling import WAYS, Sampling
from koe.music.grid import TICKS_PER_STEP
from koe.music.making import Making
from koe.music.notes import Note
from koe.music.piece import Dropped, KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.music.tempo import tidy_qpm
from koe.projects.recipes import Blended, Composed, Continued, End, Frame, FromLatents, Given, Path
from koe.projects.schema import Project, Take

titles = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=60).map(
    lambda text: "".join(sign if sign.isprintable() else " " for sign in text)
)
names = st.text("abcdefghij0123456789_-", min_size=1, max_size=12)
seeds = st.integers(0, 2**32 - 1)
shares = st.floats(0, 1)
singles = st.floats(-100, 100, width=32)
metres = st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (5, 16), (64, 64)])


loudness = st.sampled_from([1, 64, 80, 127])


@st.composite
def notes_within(draw, n_ticks: int, on_steps: bool, most: int = 12):
    """Notes of a piece of so many ticks; on sixteenths, or anywhere and played off their place."""
    unit = TICKS_PER_STEP if on_steps else 1
    moved = st.just(0) if on_steps else st.integers(-500, 500)
    drawn = []
    for _ in range(draw(st.integers(0, most if n_ticks else 0))):
        onset = draw(st.integers(0, n_ticks // unit - 1))
        duration = draw(st.integers(1, n_ticks // unit - onset))
        pitch = draw(st.integers(21, 108))
        drawn.append(Note(onset * unit, pitch, duration * unit, draw(loudness), draw(moved), draw(moved)))
    return tuple(sorted(drawn))


@st.composite
def places(draw, most: int, unit: int = 1, size: int = 3):
    """A few places after the beginning, in order."""
    return [place * unit for place in sorted(draw(st.sets(st.integers(1, most // unit), max_size=size)))]


NONE = st.none()


@st.composite
def frames(draw, on_steps: bool, made_from=NONE):
    """On sixteenths with one tempo, or with all that a piece may have."""
    unit = TICKS_PER_STEP if on_steps else 1
    metre = tuple(TimeSignature(place, *draw(metres)) for place in [0, *draw(places(1800, unit))])
    if on_steps:
        return Frame(draw(titles), (Tempo(0, draw(st.floats(10, 480))),), metre, draw(made_from))
    return Frame(
        draw(titles),
        tuple(Tempo(place, draw(tempos)) for place in [0, *draw(places(36_000))]),
        metre,
        draw(made_from),
        draw(st.integers(0, 95)),
        tuple(KeySignature(place, draw(st.integers(-7, 7)), draw(modes)) for place in draw(places(1800))),
        tuple(Pedal(place, draw(st.integers(0, 127))) for place in draw(places(36_000, size=6))),
        draw(st.booleans()),
    )


tempos = st.floats(10, 480) | st.integers(1000, 6_000_000).map(tidy_qpm)
modes = st.sampled_from(["major", "minor"])


makings = (
    st.builds(Making, names, st.none() | seeds, st.lists(st.tuples(titles, titles), max_size=3).map(tuple)) | st.none()
)


@st.composite
def pieces(draw):
    on_steps = draw(st.booleans())
    n_ticks = draw(st.integers(0, 300)) * TICKS_PER_STEP
    piece = Piece(
        draw(notes_within(n_ticks, on_steps)),
        n_ticks + (0 if on_steps else draw(st.integers(0, 5))),
        dropped=Dropped(draw(st.integers(0, 3)), draw(st.integers(0, 3)), draw(st.integers(0, 3))),
        off_grid=draw(shares),
        n_other_instruments=draw(st.integers(0, 3)),
        warnings=tuple(draw(st.lists(titles, max_size=2))),
        made_by=draw(makings),
    )
    return draw(frames(on_steps)).around(piece)


samplings = st.builds(
    Sampling,
    st.sampled_from(WAYS),
    temperature=st.floats(0, 10),
    threshold=shares,
    top_p=st.floats(0.51, 1),
    density=st.floats(-5, 5),
    holding=st.floats(-5, 5),
)
ends = st.builds(End, names, st.integers(1, 2000), st.integers(-6, 6))


@st.composite
def recipes(draw, n_ticks: int, on_steps: bool):
    kind = draw(st.sampled_from([FromLatents, Blended, Path, Composed, Continued, Given]))
    if kind is FromLatents:
        return FromLatents(draw(names), tuple(draw(st.lists(singles, max_size=128))), draw(shares))
    if kind is Blended:
        return Blended(
            draw(names), draw(ends), draw(ends), draw(shares), draw(shares), draw(st.sampled_from(BLEND_WAYS))
        )
    if kind is Path:
        n_segments = draw(st.integers(2, 16))
        return Path(draw(names), draw(ends), draw(ends), n_segments, draw(shares), draw(st.sampled_from(BLEND_WAYS)))
    if kind is Composed:
        return Composed(draw(names), draw(seeds))
    if kind is Continued:
        n_variations = draw(st.integers(1, 8))
        heard = draw(st.integers(0, n_ticks // TICKS_PER_STEP)) * TICKS_PER_STEP
        return Continued(
            draw(names),
            Piece(draw(notes_within(heard, on_steps)), heard) if heard else None,
            draw(samplings),
            draw(seeds),
            draw(st.integers(1, 1024)),
            n_variations,
            draw(st.integers(1, n_variations)),
            draw(st.booleans()),
        )
    return Given(draw(makings))


@st.composite
def projects(draw):
    some = draw(st.lists(pieces(), min_size=1, max_size=3))
    any_piece = st.sampled_from(some)
    takes: list[Take] = []
    for number in range(draw(st.integers(0, 4))):
        piece = draw(any_piece)
        parent = draw(st.sampled_from([None, *(take.id for take in takes)]))
        bar = draw(st.integers(1, 50)) if parent else None
        takes.append(Take(f"t{number}", piece, draw(st.integers(0, piece.n_steps)), parent, bar))
    ids = [take.id for take in takes]
    settings = st.dictionaries(names, st.integers(-9, 2**40) | st.booleans() | shares | titles, max_size=4)
    return Project(
        draw(st.none() | any_piece),
        draw(st.integers(1, 100)),
        draw(st.dictionaries(names, st.lists(st.floats(-50, 50), max_size=16).map(tuple), max_size=3)),
        tuple(takes),
        tuple(draw(st.lists(st.sampled_from(ids), unique=True))) if ids else (),
        draw(st.dictionaries(names, any_piece, max_size=2)),
        draw(settings),
        draw(st.dictionaries(names, st.just("0f" * 32), max_size=2)),
    )
