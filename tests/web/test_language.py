"""German and English say the same things: texts, their placeholders, and where they may be read."""

import ast
import json
import re
import string
from importlib import import_module
from pathlib import Path

import pytest

from koe.originality import words as verdict
from koe.web.texts import home as home_texts
from koe.web.texts import language
from koe.web.texts import pages as texts

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\(https[^)]+\)")
MODULES = [
    *("koe.web.texts.pages", "koe.web.texts.models_page", "koe.web.texts.continuing", "koe.web.texts.originality"),
    *("koe.web.texts.recording", "koe.web.texts.composing", "koe.web.texts.playing"),
    *("koe.web.texts.session", "koe.web.texts.shelf", "koe.web.texts.latents", "koe.web.texts.piano"),
    *("koe.web.texts.home", "koe.web.texts.your_piece", "koe.web.texts.reconstruct", "koe.web.texts.latent_space"),
    *("koe.web.texts.interpolate", "koe.web.texts.fill", "koe.web.texts.about", "koe.web.texts.gallery"),
    *(
        "koe.web.texts.learn",
        "koe.web.texts.downhill",
        "koe.web.texts.memory",
        "koe.web.texts.neuron",
        "koe.web.texts.squeezing",
        "koe.web.texts.quiz",
        "koe.web.texts.tour",
    ),
]
# What other parts of Koe say in English, and German takes the place of.
TAKEN_FROM_ELSEWHERE = {"DESCRIPTIONS", "VERDICT"}
# Said alike in both languages: names, abbreviations, and nothing but what is filled in.
ALIKE = {
    *("F1", "MSE", "Hand", "Tempo", "Pause", "Link", "{n}", "{epochs}", "{name} {n}", "{where}: {source}"),
    *(
        "{model}: {source}.",
        "Form: {form}",
        "Pedal",
        "{letter}, {measures}",
        "{correlation:+.2f}",
        "♩ = {qpm}",
        "Anonymous",
        "Traditional",
        *(
            "RMSprop",
            "Adam",
            "Sigmoid",
            "Tanh",
            "ReLU",
            "ELU",
            "Bias",
            "E",
            "PCA",
            "AE1",
            "AE3",
            "LSTM1",
            "LSTM2",
            "TR1",
            "{number}. {title}",
        ),
        *(str(2**power) for power in range(8)),
    ),
}


def constants(module) -> dict:
    return {name: value for name, value in vars(module).items() if name.isupper() and not name.startswith("_")}


def pair(module: str) -> tuple[dict, dict]:
    return constants(import_module(module)), constants(import_module(language.german_name(module)))


def leaves(english, german, place: str):
    """All strings beside one another; the shapes must be the same."""
    assert type(english) is type(german), place
    if isinstance(english, str):
        yield place, english, german
    elif isinstance(english, dict):
        assert english.keys() == german.keys(), place
        for key in english:
            yield from leaves(english[key], german[key], f"{place}[{key!r}]")
    else:
        assert len(english) == len(german), place
        for number, (one, other) in enumerate(zip(english, german, strict=True)):
            yield from leaves(one, other, f"{place}[{number}]")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def all_leaves():
    for module in MODULES:
        english, german = pair(module)
        for name in english.keys() & german.keys() - TAKEN_FROM_ELSEWHERE:
            yield from leaves(english[name], german[name], f"{module}.{name}")


def test_every_module_that_speaks_is_looked_at():
    sources = [*ROOT.glob("koe/web/**/*.py"), *ROOT.glob("pages/*.py")]
    speaking = {path for path in sources if "localize(__name__)\n" in path.read_text(encoding="utf-8")}
    assert {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in speaking} == set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_german_has_every_text(module):
    english, german = pair(module)
    assert sorted(german) == sorted(english)


def test_german_has_the_same_placeholders_and_emphasis():
    wrong = [
        place
        for place, english, german in all_leaves()
        if placeholders(english) != placeholders(german) or english.count("**") != german.count("**")
    ]
    assert not wrong


def test_nothing_was_left_in_english():
    same = {place: english for place, english, german in all_leaves() if english == german and english not in ALIKE}
    assert not {place: text for place, text in same.items() if not is_name(place, text)}


def is_name(place: str, text: str) -> bool:
    """Icons, the names of pages' files, and of tones that German calls so as well."""
    return text.startswith(":material/") or ".TONICS[" in place or (".HOME_CARDS" in place and place.endswith("[0]"))


def test_german_says_what_the_cards_of_shipped_models_say_in_english():
    _, german = pair("koe.web.texts.models_page")
    cards = [json.loads(path.read_text()) for path in (ROOT / "assets/models").glob("*.json")]
    shipped = {card["name"] for card in cards if "description" in card}
    assert {"ae1", "lstm1"} <= shipped <= german["DESCRIPTIONS"].keys()


def test_german_has_the_words_of_a_verdict():
    _, german = pair("koe.web.texts.originality")
    assert german["VERDICT"].keys() == verdict.ENGLISH.keys()
    for name, english in verdict.ENGLISH.items():
        assert placeholders(german["VERDICT"][name]) == placeholders(english)
    assert len(german["VERDICT"]["numbers"].split()) == len(verdict.ENGLISH["numbers"].split())


def scripts():
    for path in [*ROOT.glob("koe/web/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "app.py"]:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def aliases(tree: ast.AST) -> set[str]:
    """By which names a file knows modules of texts."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if f"{node.module}.{alias.name}" in MODULES
    }


def test_no_text_is_taken_from_its_module_once_and_for_all():
    """What is read when a module is imported stays in one language."""
    frozen = []
    for path, tree in scripts():
        known = aliases(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in MODULES:
                frozen += [f"{path}: {alias.name}" for alias in node.names if alias.name.isupper()]
        if path.parent == ROOT / "pages" or path == ROOT / "app.py":
            continue  # run anew for every visitor
        for node in read_at_import(tree):
            reads = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known
            if reads and node.attr.isupper():
                frozen.append(f"{path}:{node.lineno}")
    assert not frozen


def read_at_import(node: ast.AST):
    """Every node that runs when the module does: no bodies of functions, but their defaults and decorators."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            outside = [*child.args.defaults, *(one for one in child.args.kw_defaults if one)]
            outside += getattr(child, "decorator_list", [])
            for one in outside:
                yield from ast.walk(one)
        else:
            yield child
            yield from read_at_import(child)


def test_what_is_counted_has_a_plural():
    counted = {
        node.args[1].value
        for _, tree in scripts()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith(("texts.count", "pages.count"))
        and len(node.args) > 1
        and isinstance(node.args[1], ast.Constant)
    }
    assert "measure" in counted
    assert counted <= texts.NOUNS.keys()


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setattr(language, "language", lambda: "de")


def test_outside_of_a_page_all_is_english():
    assert language.language() == "en"
    assert texts.PAGES["home"] == "Home"


def test_texts_and_counts_in_german(german):
    assert texts.PAGES["home"] == "Start"
    assert texts.count(1, "measure") == "1 Takt"
    assert texts.count(2, "note") == "2 Noten"
    # Neither a point nor a comma, which would make a fraction of it.
    assert texts.count(1234, "drum note") == "1\u202f234 Schlagzeugnoten"


def test_a_text_that_is_not_in_german_yet_is_given_in_english(german, monkeypatch):
    monkeypatch.delattr("koe.web.texts.german.home.HOME_TITLE")
    assert home_texts.HOME_TITLE.startswith("Press the button.")


def test_the_mathematics_of_lessons_is_in_both_languages_with_the_same_sources():
    folder = ROOT / "koe/web/learn/mathematics"
    names = {path.name for path in folder.glob("en/*.md")}
    assert names
    assert names == {path.name for path in folder.glob("de/*.md")}
    for name in names:
        english, german = ((folder / one / name).read_text(encoding="utf-8") for one in ("en", "de"))
        assert english.count("$$") == german.count("$$")
        assert LINK.findall(english) == LINK.findall(german)
