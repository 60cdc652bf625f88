"""Imports point one way, and heavy libraries come in only where they belong.

Every import counts: those at the top of a module, those within a function, and
those that are there for types alone. The table of layers is `MAY_IMPORT`, from
the bottom to the top; a part may import what stands above it in the table and
is named in its line. No two modules import each other, not even by way of others.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# What each part may import besides itself; the longest name that fits counts.
MAY_IMPORT: dict[str, set[str]] = {
    # what every part may need
    "koe.errors": set(),
    "koe.children": set(),
    "koe.progress": set(),
    "koe.version": set(),
    "koe.settings": {"koe.errors"},
    "koe.writing": {"koe.errors"},
    # music and what it is read from, written to and heard by
    "koe.music": set(),
    "koe.formats": {"koe.music"},
    "koe.scores": {"koe.music"},
    "koe.audio": {"koe.music"},
    "koe.corpus": {"koe.music"},
    "koe.transcription": {"koe.music", "koe.scores"},
    # networks
    "koe.models": {"koe.music"},
    "koe.generation": {"koe.models", "koe.music"},
    "koe.evaluation": {"koe.corpus", "koe.generation", "koe.models", "koe.music", "koe.scores"},
    "koe.originality": {"koe.corpus", "koe.evaluation", "koe.music"},
    "koe.training": {"koe.corpus", "koe.evaluation", "koe.models", "koe.music"},
    "koe.experiments": {
        *("koe.corpus", "koe.evaluation", "koe.generation", "koe.models", "koe.music"),
        *("koe.originality", "koe.scores", "koe.training"),
    },
    # use cases
    "koe.studio": {
        *("koe.audio", "koe.corpus", "koe.formats", "koe.music", "koe.scores", "koe.transcription"),
        *("koe.evaluation", "koe.generation", "koe.models", "koe.originality"),
    },
    "koe.api": {"koe.audio", "koe.generation", "koe.models", "koe.music", "koe.originality", "koe.studio"},
    "koe": {"koe.api"},
    "koe.projects": {"koe.generation", "koe.models", "koe.music", "koe.studio"},
    "koe.plots": {"koe.music", "koe.studio"},
    "koe.gallery": {"koe.music", "koe.projects"},
    # what people see
    "koe.web": {
        *("koe.gallery", "koe.plots", "koe.projects", "koe.studio"),
        *("koe.audio", "koe.formats", "koe.generation", "koe.models", "koe.music", "koe.originality"),
    },
    "koe.cli": {
        *("koe.gallery", "koe.plots", "koe.projects", "koe.studio", "koe.corpus", "koe.music", "koe.scores"),
        *("koe.evaluation", "koe.experiments", "koe.generation", "koe.models", "koe.originality", "koe.training"),
    },
    "koe.__main__": {"koe.cli"},
    "pages": {"koe.models", "koe.music", "koe.plots", "koe.projects", "koe.studio", "koe.web"},
    "app": {"koe.web"},
}
FOR_ALL = {"koe.children", "koe.errors", "koe.progress", "koe.settings", "koe.version", "koe.writing"}

# Where a heavy library may be imported, at the top of a module or within.
HOMES = {
    "streamlit": {"koe.web", "pages", "app"},
    "keras": {"koe.models", "koe.training", "koe.experiments"},
    "tensorflow": {"koe.models", "koe.training"},
    "verovio": {"koe.scores", "koe.formats"},
    "reportlab": {"koe.scores"},
    "segno": {"koe.projects"},
    "sqlalchemy": {"koe.gallery"},
    "alembic": {"koe.gallery"},
    "prometheus_client": {"koe.web"},
    "starlette": {"koe.web"},
    "onnxruntime": {"koe.transcription"},
}

# Parts that are imported before there is time for TensorFlow.
LIGHT = [
    *("koe", "koe.music", "koe.plots", "koe.audio", "koe.corpus", "koe.generation", "koe.scores"),
    *("koe.formats", "koe.transcription"),
    *("koe.originality", "koe.api", "koe.studio", "koe.projects", "koe.gallery", "koe.cli"),
]


def module_name(path: Path, root: Path = ROOT) -> str:
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    return name.removesuffix(".__init__")


def sources(root: Path = ROOT) -> dict[str, Path]:
    """Module names and files of the app, its pages and the package."""
    files = [*root.glob("app.py"), *root.glob("pages/*.py"), *root.glob("koe/**/*.py")]
    return {module_name(path, root): path for path in files}


def imports(path: Path, name: str, modules: set[str]) -> Iterator[tuple[int, str]]:
    """Line and name of every module that a file imports, at once, later, or for its types alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *filter(None, [base])])
            for alias in node.names:
                inner_module = f"{base}.{alias.name}"
                yield node.lineno, inner_module if inner_module in modules else base


def part_of(module: str, parts: set[str]) -> str | None:
    """Longest of these names that is the module or holds it."""
    fitting = [part for part in parts if module == part or module.startswith(part + ".")]
    return max(fitting, key=len, default=None)


def wrong_imports(root: Path = ROOT) -> list[str]:
    modules = sources(root)
    wrong = []
    for name, path in sorted(modules.items()):
        part = part_of(name, set(MAY_IMPORT))
        if part is None or (part == "koe" and name != "koe"):
            wrong.append(f"{name} has no place in the picture; give it one in MAY_IMPORT")
            continue
        for line, imported in imports(path, name, set(modules)):
            target = part_of(imported, set(MAY_IMPORT))
            where = f"{path.relative_to(root)}:{line} imports {imported}"
            upward = target and target != part and target not in MAY_IMPORT[part] | FOR_ALL
            if upward:
                wrong.append(where)
            homes = HOMES.get(imported.partition(".")[0])
            if homes and part not in homes:
                wrong.append(where)
    return wrong


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Names that lead back to themselves, in sorted groups: what is left when all that leads nowhere is taken away."""
    left = {name: {other for other in others if other in graph} - {name} for name, others in graph.items()}
    while ends := {name for name, others in left.items() if not others}:
        left = {name: others - ends for name, others in left.items() if name not in ends}

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        new = left[start]
        while new:
            found |= new
            new = set().union(*(left[name] for name in new)) - found
        return found

    ways = {name: reached(name) for name in left}
    groups = {name: sorted(other for other in ways[name] if name in ways[other]) for name in left if name in ways[name]}
    return [list(group) for group in sorted({tuple(group) for group in groups.values()})]


def import_graph(root: Path = ROOT) -> dict[str, set[str]]:
    modules = sources(root)
    return {name: {target for _, target in imports(path, name, set(modules))} for name, path in modules.items()}


def test_no_modules_import_each_other():
    assert circles(import_graph()) == []


def test_the_layers_have_no_circles():
    names = list(MAY_IMPORT)
    above = {
        name: {other for other in others if names.index(other) > names.index(name)}
        for name, others in MAY_IMPORT.items()
    }
    assert {name: others for name, others in above.items() if others} == {}
    # What a part may import it does: a line that is not needed any more would hide a new import.
    used: dict[str, set[str]] = {name: set() for name in MAY_IMPORT}
    for name, others in import_graph().items():
        part = part_of(name, set(MAY_IMPORT))
        assert part is not None, name
        used[part] |= {target for target in (part_of(other, set(MAY_IMPORT)) for other in others) if target}
    unused = {name: sorted(others - used[name]) for name, others in MAY_IMPORT.items()}
    assert {name: others for name, others in unused.items() if others} == {}


def test_imports_point_one_way():
    assert wrong_imports() == []


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("koe/music/piece.py", "from koe import studio", ["koe/music/piece.py:1 imports koe.studio"]),
        (
            "koe/music/piece.py",
            "def f():\n    from ..web.session import state",
            ["koe/music/piece.py:2 imports koe.web.session.state"],
        ),
        ("koe/studio/studio.py", "import streamlit as st", ["koe/studio/studio.py:1 imports streamlit"]),
        ("koe/generation/continuation.py", "import keras.ops", ["koe/generation/continuation.py:1 imports keras.ops"]),
        ("koe/extra.py", "", ["koe.extra has no place in the picture; give it one in MAY_IMPORT"]),
        ("koe/generation/axes.py", "from koe.models.latent import interpolate", []),
        ("koe/models/pca.py", "import keras", []),
        (
            "koe/music/piece.py",
            "if TYPE_CHECKING:\n    from koe.studio import Studio",
            ["koe/music/piece.py:2 imports koe.studio"],
        ),
    ],
)
def test_the_check_sees_what_it_should(tmp_path, path, source, wrong):
    others = (
        "koe/__init__.py",
        "koe/studio/__init__.py",
        "koe/web/__init__.py",
        "koe/web/session/__init__.py",
        "koe/web/session/state.py",
        "koe/models/latent.py",
    )
    for file, text in [*((other, "") for other in others), (path, source)]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    assert wrong_imports(tmp_path) == wrong


def test_circles_are_seen_however_they_are_imported(tmp_path):
    files = {
        "koe/a.py": "if TYPE_CHECKING:\n    from koe.b import B",
        "koe/b.py": "def f():\n    from koe import c",
        "koe/c.py": "import koe.a",
        "koe/d.py": "from koe.c import C",
    }
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    assert circles(import_graph(tmp_path)) == [["koe.a", "koe.b", "koe.c"]]


def loaded_by(modules: list[str], libraries: list[str]) -> list[str]:
    """Which libraries a fresh Python has loaded after importing these modules."""
    code = "import sys\nfor name in sys.argv[1].split(): __import__(name)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, " ".join(modules)], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return sorted(set(libraries) & set(done.stdout.split()))


def modules_in(part: str) -> list[str]:
    return sorted(name for name in sources() if part == name or (part != "koe" and name.startswith(part + ".")))


@pytest.mark.parametrize("part", LIGHT)
def test_light_parts_load_no_heavy_library(part):
    assert (
        loaded_by(modules_in(part), ["keras", "tensorflow", "streamlit", "verovio", "reportlab", "onnxruntime"]) == []
    )


def test_the_pages_paint_before_tensorflow():
    assert loaded_by(modules_in("koe.web"), ["keras", "tensorflow"]) == []


def test_nothing_below_the_web_knows_streamlit():
    below = [name for name in sources() if part_of(name, {"koe.web", "koe.__main__", "pages", "app"}) is None]
    assert loaded_by(sorted(below), ["streamlit", "keras"]) == ["keras"]
