"""The panel of latent sliders: what it is sent, and what it may send."""

import json
from base64 import b64decode

import numpy as np
import pytest

from koe.generation.axes import Axes, LatentAxes, Measures, Places
from koe.studio import Studio
from koe.web.latents import space
from koe.web.latents.space import sliders_of, vector_from
from koe.web.texts import latents as texts
from tests.fakes import stands_for

RANGE = (-1.0, 1.0)


def axes_named(*names: str, correlation: float = 0.5) -> LatentAxes:
    n = len(names)
    descriptors = tuple(texts.AXES)
    table = np.full((n, len(descriptors)), correlation, np.float32)
    axes = Axes(np.zeros(3, np.float32), np.ones((n, 3), np.float32), np.ones((n, 3), np.float32))
    measures = Measures(descriptors, names, table, table, np.arange(n, 0, -1.0))
    latents = np.array([[0.5, -0.25, 1], [0, 0, 0.125]], np.float16)
    places = Places(latents, np.array([1, 0]), np.array([17, 1]), ("Aria", "Waltz"), ("Anonymous", "F. Chopin"))
    return LatentAxes("a" * 64, "b" * 64, "test", axes, measures, places)


def test_a_vector_from_a_browser():
    vector = vector_from({"model": "ae1", "latents": [0.5, -2, 1]}, "ae1", 3, RANGE)
    assert vector.dtype == np.float32
    assert vector.tolist() == [0.5, -1, 1]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "0.5, 0.5, 0.5",
        [0.5, 0.5, 0.5],
        {"model": "ae1"},
        {"model": "ae2", "latents": [0.5, 0.5, 0.5]},
        {"model": "ae1", "latents": [0.5, 0.5]},
        {"model": "ae1", "latents": [0.5, 0.5, "0.5"]},
        {"model": "ae1", "latents": [0.5, 0.5, True]},
        {"model": "ae1", "latents": [0.5, 0.5, None]},
        {"model": "ae1", "latents": [0.5, 0.5, float("nan")]},
        {"model": "ae1", "latents": [0.5, 0.5, float("inf")]},
        {"model": "ae1", "latents": [0.5, 0.5, 10**400]},
        {"model": "ae1", "latents": {"0": 0.5}},
    ],
)
def test_what_is_no_vector_of_this_model_is_not_taken(sent):
    assert vector_from(sent, "ae1", 3, RANGE) is None


def test_four_sliders_come_first_named_ones_before_others():
    named = sliders_of(axes_named("", "", "mean_pitch", "silence", "mean_pitch", ""))
    assert [slider["name"] for slider in named] == ["Axis 1", "Axis 2", "Register", "Rests", "Register 2", "Axis 6"]
    assert [slider["first"] for slider in named] == [True, False, True, True, True, False]
    assert (named[2]["less"], named[2]["more"], named[2]["link"]) == ("low", "high", "+0.50")
    assert "less" not in named[0]


def test_a_name_that_the_app_has_no_words_for_is_none():
    assert [slider["name"] for slider in sliders_of(axes_named("brilliance"))] == ["Axis 1"]


def test_every_descriptor_that_can_name_an_axis_has_words():
    from koe.evaluation.latent_axes import NAMING

    assert set(texts.AXES) == set(texts.DESCRIPTORS) == set(NAMING)


def test_the_map_is_sent_without_notes(monkeypatch):
    @stands_for(Studio)
    class Shipped:
        def latent_axes(self, model):
            return axes_named("mean_pitch") if model == "ae1" else None

    monkeypatch.setattr(space.cached_studio, "studio", Shipped)
    space.space_file.clear()
    sent = json.loads(space.space_file("ae1"))
    assert space.space_file("other") is None
    space.space_file.clear()
    places = sent["places"]
    latents = np.frombuffer(b64decode(places["latents"]), "<f2").reshape(places["shape"])
    assert latents.tolist() == [[0.5, -0.25, 1], [0, 0, 0.125]]
    named = [(places["composers"][piece], places["titles"][piece]) for piece in places["pieces"]]
    assert list(zip(named, places["measures"], strict=True)) == [
        (("F. Chopin", "Waltz"), 17),
        (("Anonymous", "Aria"), 1),
    ]
    assert set(places) == {"shape", "latents", "pieces", "measures", "titles", "composers", "nobody"}
