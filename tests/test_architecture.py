"""Imports point one way, and heavy libraries come in only where they belong.

The picture, from the pages down to the music::

    pages -> web -> studio        cli -> studio
    studio -> training -> evaluation -> generation -> models -> music
    studio -> origins -> originality -> evaluation, corpus -> models -> music
    studio -> exports -> scores, audio -> music
    studio -> hearing -> transcription -> scores -> music
    studio -> gaps -> generation, scores -> models -> music
    studio -> corpus, gallery, formats -> music
    web, cli -> projects -> music
    pages -> plots -> music

The settings of sampling and the arithmetic of latent vectors are plain
values that models take and give, so those two modules lie below models.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

VALUES = {"koe.generation.latent", "koe.generation.sampling", "koe.music"}
MODELS = {"koe.models", *VALUES}
BELOW_STUDIO = {
    *(
        "koe.training",
        "koe.evaluation",
        "koe.generation",
        "koe.corpus",
        "koe.audio",
        "koe.gallery",
        "koe.scores",
        "koe.formats",
    ),
    *MODELS,
}

# What each part may import besides itself; the longest name that fits counts.
MAY_IMPORT: dict[str, set[str]] = {
    "koe": {"koe.api"},
    "koe.errors": set(),
    "koe.settings": set(),
    "koe.writing": set(),
    "koe.limits": set(),
    "koe.temporary": set(),
    "koe.music": set(),
    "koe.generation.latent": {"koe.music"},
    "koe.generation.sampling": {"koe.music"},
    "koe.corpus": {"koe.music"},
    "koe.audio": {"koe.music"},
    "koe.gallery": {"koe.music"},
    "koe.formats": {"koe.music"},
    "koe.scores": {"koe.music"},
    "koe.transcription": {"koe.music", "koe.scores"},
    "koe.hearing": {"koe.transcription", "koe.music"},
    "koe.exports": {"koe.scores", "koe.audio", "koe.models", "koe.music"},
    "koe.gaps": {"koe.scores", "koe.generation", *MODELS},
    "koe.spaces": {"koe.generation", *MODELS},
    "koe.blending": {"koe.scores", "koe.generation", *MODELS},
    "koe.continuing": {"koe.generation", *MODELS},
    "koe.originality": {"koe.evaluation", "koe.corpus", "koe.generation", *MODELS},
    "koe.origins": {"koe.originality", "koe.corpus", "koe.models", "koe.music"},
    "koe.api": {"koe.studio", "koe.exports", "koe.originality", "koe.scores", "koe.audio", *MODELS},
    "koe.plots": {"koe.music"},
    "koe.models": VALUES,
    "koe.generation": MODELS,
    "koe.evaluation": {"koe.corpus", "koe.generation", *MODELS},
    "koe.training": {"koe.evaluation", "koe.corpus", *MODELS},
    "koe.studio": {
        "koe.exports",
        "koe.gaps",
        "koe.spaces",
        "koe.blending",
        "koe.continuing",
        "koe.hearing",
        "koe.origins",
        *BELOW_STUDIO,
    },
    "koe.projects": VALUES,
    "koe.web": {
        *(
            "koe.studio",
            "koe.blending",
            "koe.exports",
            "koe.hearing",
            "koe.plots",
            "koe.projects",
            "koe.limits",
            "koe.temporary",
            "koe.formats",
        ),
        *VALUES,
    },
    "koe.cli": {"koe.studio", "koe.gaps", "koe.origins", "koe.originality", "koe.plots", "koe.projects", *BELOW_STUDIO},
    "koe.__main__": {"koe.cli"},
    "pages": {"koe.web", "koe.studio", "koe.gaps", "koe.plots", "koe.projects", *VALUES},
    "app": {"koe.web", "koe.studio", "koe.plots", *VALUES},
}
FOR_ALL = {"koe", "koe.errors", "koe.settings", "koe.writing"}

# Where a heavy library may be imported, at the top of a module or within.
HOMES = {
    "streamlit": {"koe.web", "pages", "app"},
    "keras": {"koe.models", "koe.training"},
    "tensorflow": {"koe.models", "koe.training"},
    "verovio": {"koe.scores", "koe.formats"},
    "reportlab": {"koe.scores"},
    "segno": {"koe.projects"},
    "prometheus_client": {"koe.web"},
    "starlette": {"koe.web"},
    "onnxruntime": {"koe.transcription"},
}

# Parts that are imported before there is time for TensorFlow.
LIGHT = [
    *("koe", "koe.music", "koe.plots", "koe.audio", "koe.corpus", "koe.generation", "koe.scores", "koe.exports"),
    *("koe.formats", "koe.transcription", "koe.hearing"),
    *("koe.originality", "koe.api", "koe.studio", "koe.projects", "koe.cli"),
]


def module_name(path: Path, root: Path = ROOT) -> str:
    name = ".".join(path.relative_to(root).with_suffix("").parts)
    return name.removesuffix(".__init__")


def sources(root: Path = ROOT) -> dict[str, Path]:
    """Module names and files of the app, its pages and the package."""
    files = [*root.glob("app.py"), *root.glob("pages/*.py"), *root.glob("koe/**/*.py")]
    return {module_name(path, root): path for path in files}


def imports(path: Path, name: str, modules: set[str]) -> Iterator[tuple[int, str]]:
    """Line and name of every module that a file imports when it runs."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if id(node) in for_types_only:
            continue
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


def test_imports_point_one_way():
    assert wrong_imports() == []


@pytest.mark.parametrize(
    ("path", "source", "wrong"),
    [
        ("koe/music/piece.py", "from koe import studio", ["koe/music/piece.py:1 imports koe.studio"]),
        ("koe/music/piece.py", "def f():\n    from ..web import state", ["koe/music/piece.py:2 imports koe.web.state"]),
        ("koe/studio.py", "import streamlit as st", ["koe/studio.py:1 imports streamlit"]),
        ("koe/generation/continuation.py", "import keras.ops", ["koe/generation/continuation.py:1 imports keras.ops"]),
        ("koe/extra.py", "", ["koe.extra has no place in the picture; give it one in MAY_IMPORT"]),
        ("koe/models/pca.py", "from koe.generation.latent import interpolate\nimport keras", []),
        ("koe/music/piece.py", "if TYPE_CHECKING:\n    from koe.studio import Studio", []),
    ],
)
def test_the_check_sees_what_it_should(tmp_path, path, source, wrong):
    others = ("koe/__init__.py", "koe/studio.py", "koe/web/__init__.py", "koe/web/state.py", "koe/generation/latent.py")
    for file, text in [*((other, "") for other in others), (path, source)]:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    assert wrong_imports(tmp_path) == wrong


def loaded_by(modules: list[str], libraries: list[str]) -> list[str]:
    """Which libraries a fresh Python has loaded after importing these modules."""
    code = "import sys\nfor name in sys.argv[1].split(): __import__(name)\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, " ".join(modules)], cwd=ROOT, capture_output=True, text=True, timeout=120
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
