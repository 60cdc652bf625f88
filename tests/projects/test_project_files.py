"""Projects come back as they were saved; what is no project, or a bad one, is refused in a sentence."""

import json
from base64 import b64encode
from contextlib import suppress
from zlib import compress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from koe.errors import ProjectError
from koe.music.notes import Note, note_at_step
from koe.music.piece import KeySignature, Pedal, Piece, Tempo, TimeSignature
from koe.projects import reading, schema
from koe.projects.reading import read_project, unpack_line, unpack_project
from koe.projects.schema import Line, Project, Take
from koe.projects.writing import describe, pack_line, pack_project, write_project
from tests.projects.strategies import projects


def whole(project: Project):
    """All of it; pieces that differ only in who made them count as equal otherwise."""
    return project, [piece.made_by for piece in project.pieces]


@given(projects())
@settings(max_examples=40)
def test_every_project_comes_back_as_it_was_saved(project):
    data = write_project(project)
    assert whole(read_project(data)) == whole(project)
    assert write_project(read_project(data)) == data
    assert whole(unpack_project(pack_project(project))) == whole(project)


@pytest.fixture
def project():
    piece = Piece.on_steps((note_at_step(0, 60, 8), note_at_step(8, 64, 8)), 64, title="Two notes").by(
        "lstm1", 7, {"steps": 64}
    )
    return Project(piece, 1, {"ae1": (0.5, -0.25)}, (Take("t1", piece, 8),), ("t1",), {}, {"home_seed": 7})


def test_a_line_comes_back_with_its_moments_sharing_their_pieces(project):
    other = Piece.on_steps((note_at_step(0, 70, 8),), 64, title="One note")
    moments = (Project(other), project, Project(project.piece, 2, takes=project.takes))
    line = unpack_line(pack_line(Line(moments, 1)))
    assert (line.moments, line.at) == (moments, 1)
    assert line.moments[1].piece is line.moments[2].takes[0].piece
    assert schema.fits_in_line(moments)
    assert not schema.fits_in_line((Project(other),) * 99)
    with pytest.raises(ProjectError):
        unpack_line(pack_project(project))
    with pytest.raises(ProjectError):
        unpack_project(pack_line(Line(moments, 1)))
    with pytest.raises(ProjectError, match="at"):
        unpack_line(pack_line(Line(moments, 3)))


def test_the_file_says_what_it_is_and_holds_a_piece_once(project):
    written = json.loads(write_project(project))
    assert (written["koe"], written["version"]) == ("project", 3)
    assert len(written["pieces"]) == 1
    assert written["pieces"][0]["notes"] == [[0, 60, 48, 80], [48, 64, 48, 80]]
    assert written["pieces"][0]["made_by"] == {"model": "lstm1", "seed": 7, "settings": [["steps", "64"]]}
    assert describe(project) == {"title": "Two notes", "pieces": 1, "takes": 1, "notes": 4, "models": ["ae1", "lstm1"]}


def test_pieces_that_are_known_are_not_written_again(project):
    fragments = {}
    first = write_project(project, fragments)
    ((piece, text),) = fragments.values()
    fragments[id(piece)] = (piece, text.replace("Two notes", "Kept"))
    assert b"Kept" in write_project(project, fragments)
    assert write_project(project) == first
    # What is gone from the project is forgotten.
    write_project(Project(), fragments)
    assert fragments == {}


def changed(project, path, value):
    """The project's JSON with another value at one place; ``...`` takes the place away."""
    written = json.loads(write_project(project))
    *way, last = path
    inner = written
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(written).encode()


HOSTILE = [
    (["koe"], "archive", "no project of Koe"),
    (["version"], 4, "newer version of Koe .format 4"),
    (["version"], 0, "never in use"),
    (["version"], "1", "of which version"),
    (["version"], True, "of which version"),
    (["pieces"], ..., "has no pieces"),
    (["pieces"], {}, "pieces is not a list"),
    (["pieces"], [0] * 1000, "at most 192"),
    (["pieces", 0, "ticks"], 10**9, r"pieces\[0\].ticks is not a whole number from 0 to 196608"),
    (["pieces", 0, "ticks"], 64.0, "ticks is not a whole number"),
    (["pieces", 0, "ticks"], ..., "has no ticks"),
    (["pieces", 0, "tempos", 0, 1], 0, r"tempos\[0\]\[1\] is not a number from 3.57628 to 60000"),
    (["pieces", 0, "tempos", 0, 1], "fast", r"tempos\[0\]\[1\] is not a number"),
    (["pieces", 0, "tempos", 0, 0], 9, "tempos is not in order, the first at pulse 0"),
    (["pieces", 0, "tempos"], [[0, 90], [480, 80], [480, 70]], "tempos is not in order"),
    (["pieces", 0, "tempos"], [[0]], r"tempos\[0\] is not a list of onset, quarter notes a minute"),
    (["pieces", 0, "tempos"], ..., "has no tempos"),
    (["pieces", 0, "upbeat"], -1, "upbeat is not a whole number"),
    (["pieces", 0, "keys"], [[0, 8, "major"]], r"keys\[0\]\[1\] is not a whole number from -7 to 7"),
    (["pieces", 0, "keys"], [[0, 2, "dorian"]], r"keys\[0\]\[2\] is not major or minor"),
    (["pieces", 0, "keys"], [[96, 2, "major"], [0, 1, "major"]], "keys is not in order"),
    (["pieces", 0, "pedal"], [[0, 128]], r"pedal\[0\]\[1\] is not a whole number from 0 to 127"),
    (["pieces", 0, "pedal"], [[10**9, 1]], r"pedal\[0\]\[0\] is not a whole number"),
    (["pieces", 0, "pedal"], [[0, 127], [0, 0]], "pedal is not in order"),
    (["pieces", 0, "title"], 7, "title is not a text"),
    (["pieces", 0, "title"], "A" * 10_000, "title is not a text of at most 400"),
    (["pieces", 0, "metres"], [[0, 4, 3]], "not a metre that music"),
    (["pieces", 0, "metres"], [[0, 4, 4], [0, 3, 4]], "not in order"),
    (["pieces", 0, "metres"], [[0, 4]], "not a metre"),
    (["pieces", 0, "notes", 1], [0, 60, 8, 80, 5], "not a note: onset"),
    (["pieces", 0, "notes", 1], [0, 60, 8, 80, 5, 10**9], "within"),
    (["pieces", 0, "notes", 1], [380, 60, 8, 80], r"notes\[1\] is not a note within the piece"),
    (["pieces", 0, "notes", 1], [0, 20, 8, 80], "on the piano"),
    (["pieces", 0, "notes", 1], [0, 60, 0, 80], "within"),
    (["pieces", 0, "notes", 1], [0, 60, 8], "not a note: onset"),
    (["pieces", 0, "notes", 1], [True, 60, 8, 80], "not a note: onset"),
    (["pieces", 0, "notes", 1], [0, 60, 10**400, 80], "within"),
    (["pieces", 0, "made_by", "seed"], -1, "seed is not a whole number"),
    (["pieces", 0, "made_by", "settings"], [["a"]], "list of pairs"),
    (["piece"], 5, "piece is not a whole number from 0 to 0"),
    (["measure"], 0, "measure is not"),
    (["latents", "ae1"], [1e300], r"latents.ae1\[0\] is not a number"),
    (["latents", "ae1"], [0.0] * 5000, "at most 1,024"),
    (["latents"], {"../../etc": []}, "plain names"),
    (["takes", 0, "piece"], 9, "piece is not"),
    (["takes", 0, "parent"], "t9", "id of an earlier take"),
    (["takes", 0, "parent"], "t1", "id of an earlier take"),
    (["takes", 0, "id"], "", "plain name"),
    (["takes", 0, "made_from"], 65, "made_from is not"),
    (["settings", "home_seed"], {"$ref": "file:///etc/passwd"}, "home_seed is not"),
    (["weights"], {"ae1": "none"}, "SHA-256"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), HOSTILE)
def test_a_damaged_project_is_refused_with_its_place(project, path, value, sentence):
    with pytest.raises(ProjectError, match=sentence):
        read_project(changed(project, path, value))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MThd\0\0\0\6",
        b"\xff\xfe\0",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"koe": "project", "version": 1, "measure": ' + b"9" * 10_000 + b"}",
        b'{"koe": "project", "version": 1, "measure": NaN}',
        b"[1, 2]",
        b'"project"',
    ],
)
def test_what_is_no_project_is_called_so(data):
    with pytest.raises(ProjectError, match=r"no project of Koe; .*\.koe\.json"):
        read_project(data)


def test_a_project_of_too_many_bytes_or_notes_is_refused(project, monkeypatch):
    with pytest.raises(ProjectError, match="larger than 8 MiB"):
        read_project(bytes(8 * 1024**2 + 1))
    with monkeypatch.context() as small:
        small.setattr(schema, "MAX_ALL_NOTES", 1)
        with pytest.raises(ProjectError, match="more than 1 notes"):
            read_project(write_project(project))
    monkeypatch.setattr(schema, "MAX_ALL_CHANGES", 1)
    with pytest.raises(ProjectError, match="more than 1 changes of tempo"):
        read_project(write_project(project))


@pytest.mark.parametrize("text", ["", "no base64!", b64encode(b"no zlib").decode(), "A" * 3_000_004, None, 7])
def test_what_a_browser_sends_may_be_anything(text):
    with pytest.raises(ProjectError):
        unpack_project(text)


def test_a_bomb_from_a_browser_is_not_unpacked_whole():
    with pytest.raises(ProjectError, match="damaged"):
        unpack_project(b64encode(compress(bytes(64 * 1024**2))).decode())


def test_older_projects_are_brought_up_to_date(project, monkeypatch):
    """As a version that called the measure a bar would be."""

    def from_3(written):
        return {**{name: value for name, value in written.items() if name != "bar"}, "measure": written["bar"]}

    monkeypatch.setattr(schema, "VERSION", 4)
    monkeypatch.setitem(reading.MIGRATIONS, 3, from_3)
    old = json.loads(write_project(project)) | {"bar": 3, "version": 3}
    assert read_project(json.dumps(old).encode()).measure == 3


def test_a_project_of_version_2_shows_what_pages_showed_then(project):
    old = json.loads(write_project(project)) | {"version": 2}
    settings = read_project(json.dumps(old).encode()).settings
    assert settings == {"home_seed": 7, "interpolate-model": "ae1", "latent-model": "ae1", "blend-by": "network"}
    old["settings"]["latent-model"] = "pca"
    assert read_project(json.dumps(old).encode()).settings["latent-model"] == "pca"


JUNK = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3)
FULL = write_project(
    Project(
        Piece(
            (Note(0, 60, 8), Note(8, 64, 8, 80, 3, -4)),
            64,
            (Tempo(0, 90.0), Tempo(480, 60.5)),
            (TimeSignature(0, 3, 4), TimeSignature(24, 2, 4)),
            24,
            (KeySignature(0, -2, "minor"),),
            (Pedal(20, 127), Pedal(460, 0)),
            "Two",
            warnings=("A word.",),
        ).by("lstm1", 7, {"steps": 64}),
        1,
        {"ae1": (0.5, -0.25)},
        (Take("t1", Piece.on_steps((note_at_step(3, 61, 1),), 16), 8), Take("t2", Piece.on_steps((), 0), 0, "t1", 2)),
        ("t2",),
        {"from": Piece.on_steps((), 16)},
        {"home_seed": 7},
        {"ae1": "0f" * 32},
    )
)


def places(value, path=()):
    """Ways to all values within a JSON value."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))


@given(st.sampled_from(list(places(json.loads(FULL)))), JUNK | st.lists(JUNK, max_size=2) | st.just({}))
@settings(max_examples=200)
def test_any_value_anywhere_is_read_or_refused(path, junk):
    written = json.loads(FULL)
    inner = written
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = junk
    with suppress(ProjectError):
        assert isinstance(read_project(json.dumps(written).encode()), Project)
    # As version 1 it is none, whatever it says.
    with suppress(ProjectError):
        assert isinstance(read_project(json.dumps(written | {"version": 1}).encode()), Project)


def test_four_numbers_a_note_six_where_it_is_not_played_as_written():
    ((first, second),) = [piece["notes"] for piece in json.loads(FULL)["pieces"][:1]]
    assert (first, second) == ([0, 60, 8, 80], [8, 64, 8, 80, 3, -4])
