"""Koe as an installed package: what `pip install .` gives, in an environment of its own and far from the clone."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

import koe

ROOT = Path(__file__).resolve().parents[1]


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    pytest.importorskip("pip")
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """Where an environment with this wheel lies; other packages are those that the tests run with."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip("--python", python, "install", "--quiet", "--no-index", "--no-deps", "--no-compile", wheel)
    site_packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder)}))
    (site_packages / "others.pth").write_text(sysconfig.get_path("purelib"))
    return folder


def run(installed: Path, folder: Path, name: str, *arguments: str) -> str:
    """What a command of the environment writes, started in some folder."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "KOE_"))}
    done = subprocess.run(
        [installed / "bin" / name, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_all_that_lies_in_the_clone_is_in_the_wheel(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    of_koe = [path for path in (ROOT / "koe").rglob("*") if path.is_file() and path.suffix != ".pyc"]
    of_assets = [path for path in (ROOT / "assets").rglob("*") if path.is_file()]
    wanted = {str(path.relative_to(ROOT)) for path in of_koe}
    wanted |= {f"koe/{path.relative_to(ROOT)}" for path in of_assets}
    assert {name for name in names if ".dist-info/" not in name} == wanted
    assert {Path(name).suffix for name in wanted} >= {".py", ".js", ".css", ".html", ".npz", ".npy", ".json", ".score"}


def test_the_wheel_asks_for_what_a_clone_asks_for(wheel):
    archive = zipfile.ZipFile(wheel)
    (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    metadata = message_from_bytes(archive.read(name))
    assert metadata["Version"] == koe.__version__
    lines = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    wanted = {line.lower().replace("_", "-") for line in lines if "==" in line}
    assert "tensorflow==2.21.0" in wanted
    assert {line.lower().replace("_", "-") for line in metadata.get_all("Requires-Dist")} == wanted


def test_the_command_works_anywhere(installed, tmp_path):
    assert run(installed, tmp_path, "koe", "--version") == f"koe {koe.__version__}\n"
    models = json.loads(run(installed, tmp_path, "koe", "models"))
    assert [model["name"] for model in models] == list(koe.list_models())
    run(installed, tmp_path, "koe", "sample", "--model", "pca", "--seed", "7", "-o", "new.mid")
    koe.save(koe.sample("pca", seed=7), tmp_path / "here.mid")
    assert (tmp_path / "new.mid").read_bytes() == (tmp_path / "here.mid").read_bytes()


def test_it_is_imported_anywhere(installed, tmp_path):
    code = """
import koe
koe.save(koe.demo("satie-gymnopedie-1"), "again.mid")
print(koe.__file__, koe.originality_of(koe.demo("satie-gymnopedie-1")).sentence, sep="\\n")
"""
    where, sentence = run(installed, tmp_path, "python", "-c", code).splitlines()
    assert Path(where).is_relative_to(installed)
    assert sentence == koe.originality_of(koe.demo("satie-gymnopedie-1")).sentence
    koe.save(koe.demo("satie-gymnopedie-1"), tmp_path / "here.mid")
    assert (tmp_path / "again.mid").read_bytes() == (tmp_path / "here.mid").read_bytes()
