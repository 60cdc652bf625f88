"""Any piece, any link, any project."""

from hypothesis import strategies as st

from koe.generation.latent import PATHS
from koe.generation.sampling import WAYS, Sampling
from koe.music.making import Making
from koe.music.notes import note_at_step
from koe.music.piece import Dropped, Piece, TimeSignature
from koe.projects.recipes import Blended, Composed, Continued, End, FromLatents, Given, Path
from koe.projects.schema import Project, Take

titles = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), max_size=60).map(
    lambda text: "".join(sign if sign.isprintable() else " " for sign in text)
)
names = st.text("abcdefghij0123456789_-", min_size=1, max_size=12)
seeds = st.integers(0, 2**32 - 1)
shares = st.floats(0, 1)
singles = st.floats(-100, 100, width=32)
metres = st.sampled_from([(4, 4), (3, 4), (6, 8), (2, 2), (5, 16), (64, 64)])


@st.composite
def notes_within(draw, n_steps: int, most: int = 12):
    drawn = []
    for _ in range(draw(st.integers(0, most if n_steps else 0))):
        onset = draw(st.integers(0, n_steps - 1))
        duration = draw(st.integers(1, n_steps - onset))
        drawn.append(note_at_step(onset, draw(st.integers(21, 108)), duration, draw(st.sampled_from([1, 64, 80, 127]))))
    return tuple(sorted(drawn))


@st.composite
def signatures(draw):
    onsets = sorted(draw(st.sets(st.integers(1, 300), max_size=3)))
    return tuple(TimeSignature(onset, *draw(metres)) for onset in [0, *onsets])


makings = (
    st.builds(Making, names, st.none() | seeds, st.lists(st.tuples(titles, titles), max_size=3).map(tuple)) | st.none()
)


@st.composite
def pieces(draw):
    n_steps = draw(st.integers(0, 300))
    return Piece.on_steps(
        draw(notes_within(n_steps)),
        n_steps,
        draw(st.floats(10, 480)),
        draw(signatures()),
        draw(titles),
        Dropped(draw(st.integers(0, 3)), draw(st.integers(0, 3)), draw(st.integers(0, 3))),
        draw(st.integers(0, 3)),
        draw(shares),
        draw(st.booleans()),
        draw(st.integers(0, 3)),
        tuple(draw(st.lists(titles, max_size=2))),
        draw(makings),
    )


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
def recipes(draw, n_steps: int):
    kind = draw(st.sampled_from([FromLatents, Blended, Path, Composed, Continued, Given]))
    if kind is FromLatents:
        return FromLatents(draw(names), tuple(draw(st.lists(singles, max_size=128))), draw(shares))
    if kind is Blended:
        return Blended(draw(names), draw(ends), draw(ends), draw(shares), draw(shares), draw(st.sampled_from(PATHS)))
    if kind is Path:
        n_segments = draw(st.integers(2, 16))
        return Path(draw(names), draw(ends), draw(ends), n_segments, draw(shares), draw(st.sampled_from(PATHS)))
    if kind is Composed:
        return Composed(draw(names), draw(seeds))
    if kind is Continued:
        n_variations = draw(st.integers(1, 8))
        heard = draw(st.integers(0, n_steps))
        return Continued(
            draw(names),
            Piece.on_steps(draw(notes_within(heard)), heard) if heard else None,
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
