"""CONTRIBUTING keeps its promises: a network, a page and a text are added as it says, to a copy, and are there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

NETWORK = '''
import numpy as np

from koe.models.architecture import AT_ONCE, Architecture
from koe.models.cards import LATENT
from koe.models.latent import LatentStatistics


class Echo:
    """Keeps of four measures how loud they are, in one number."""

    name = "toy"
    latent_dim, latent_range, hears_onsets = 1, (-1.0, 1.0), False
    statistics = LatentStatistics(np.zeros(1, np.float32), np.eye(1, dtype=np.float32))

    def encode(self, segments):
        return np.asarray(segments > 0, np.float32).mean(axis=(1, 2))[:, None]

    def decode(self, latents):
        return np.broadcast_to(np.asarray(latents, np.float32)[..., None], (len(latents), 64, 88))

    def decode_states(self, latents, threshold):
        return (self.decode(latents) >= threshold).astype(np.uint8) * 2


ARCHITECTURE = Architecture(
    "toy", "Toy", LATENT, "Says how loud it is.", "1", lambda arrays, settings: Echo(), latent_dim=1, training=AT_ONCE
)
'''
PAGE = """
import streamlit as st

from koe.web.frame import heading
from koe.web.serving import cached_studio
from {texts} as texts

heading(texts.GREETING_TITLE, texts.GREETING_LEAD)
st.write(len(cached_studio.studio().demo_pieces()))
"""
# Who looks for what was added: a model of the new network among the pages, the page, its texts in both languages.
VISIT = """
import sys
import numpy as np
from streamlit.testing.v1 import AppTest
from koe.models.cards import LATENT, ModelCard, save_card
from koe.models.storage import save_weights
from pathlib import Path

models = Path(sys.argv[1])
sha256 = save_weights({"gain": np.ones(1)}, models / "toy.npz")
card = ModelCard("toy", "Toy", LATENT, "", "", 1, "toy.npz", sha256, latent_dim=1, network="toy")
save_card(card, models / "toy.json")
for language in sys.argv[2:]:
    app = AppTest.from_file("app.py", default_timeout=600)
    app.query_params["lang"] = language
    app.run()
    for page in ("greeting", "models", "reconstruct"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, (page, app.exception)
        said = [one.value for kind in (app.title, app.header, app.markdown) for one in kind]
        chosen = [option for group in app.button_group for option in group.options]
        print(language, page, *said, *(getattr(one, "content", one) for one in chosen), sep="\\t")
"""


def section(title: str) -> str:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def files_in(title: str, name: str) -> list[str]:
    """Files that a section names in code, with ``NAME`` filled in, in its order."""
    return [path.replace("NAME", name) for path in re.findall(r"`([\w/]+\.py)`", section(title))]


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A clone with a network, a page and texts more, each where CONTRIBUTING has it."""
    clone = tmp_path_factory.mktemp("clone")
    for folder in ("koe", "pages", ".streamlit"):
        shutil.copytree(ROOT / folder, clone / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", clone / "app.py")
    (clone / "assets").symlink_to(ROOT / "assets")

    def append(path: str, text: str) -> None:
        # The last line of a module of texts lets it speak all languages.
        whole = (clone / path).read_text(encoding="utf-8")
        (clone / path).write_text(re.sub(r"(?m)^(\w+ = )?localize|\Z", lambda at: text + at[0], whole, count=1))

    network = files_in("Add a network", "toy")[0]
    assert network == "koe/models/networks/toy.py"
    (clone / network).write_text(NETWORK)

    english, german = files_in("Add a text", "shared")[:2]
    append(english, 'GREETING_TITLE, GREETING_LEAD = "Good day", "Nice to see you."\n')
    append(german, 'GREETING_TITLE, GREETING_LEAD = "Guten Tag", "Schön, dass du da bist."\n')

    page, example, contents = files_in("Add a page", "greeting")[:3]
    assert (clone / example).exists()
    package, _, module = english.removesuffix(".py").replace("/", ".").rpartition(".")
    (clone / page).write_text(PAGE.format(texts=f"{package} import {module}"))
    listed = (clone / contents).read_text()
    assert "\nPAGES = {\n" in listed
    (clone / contents).write_text(
        listed.replace("\nPAGES = {\n", '\nPAGES = {\n    "Good": [st.Page("pages/greeting.py")],\n')
    )
    return clone


TITLES = {"en": "Good day", "de": "Guten Tag"}


@pytest.fixture(scope="module")
def seen(copy, tmp_path_factory):
    """What the pages of the copy say, by language and page: one process has visitors of all languages, as a server."""
    models = tmp_path_factory.mktemp("models")
    done = subprocess.run(
        [sys.executable, "-c", VISIT, str(models), *TITLES],
        cwd=copy,
        env={**os.environ, "KOE_MODELS": str(models), "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = (line.split("\t") for line in done.stdout.splitlines() if "\t" in line)
    return {(language, page): words for language, page, *words in told}


@pytest.mark.parametrize(("language", "title"), TITLES.items())
def test_what_is_added_by_the_words_of_contributing_is_there(seen, language, title):
    assert title in seen[language, "greeting"]
    assert "Toy" in seen[language, "models"]
    assert "Toy" in seen[language, "reconstruct"]
