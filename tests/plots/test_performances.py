"""Curves of performances as pictures."""

from xml.etree import ElementTree

import numpy as np

from koe.plots.palette import DARK
from koe.plots.performances import HEIGHT, LEFT, TOP, WIDTH, Curve, color_of, curves_svg, performances_svg

SVG = "{http://www.w3.org/2000/svg}"
CURVES = [Curve("teacher", np.array([40.0, 60.0, 50.0])), Curve("model", np.array([45.0, 80.0, 40.0]))]


def test_curves_share_a_scale_and_measures_are_numbered():
    picture = ElementTree.fromstring(curves_svg("How loud & how", CURVES, [0, 1, 2, 2, 2], DARK))
    lines = {line.get("stroke"): line.get("points") for line in picture.iter(f"{SVG}polyline")}
    assert lines == {
        color_of("teacher", DARK): f"{LEFT:.1f},{TOP + HEIGHT:.1f} {LEFT + WIDTH / 2:.1f},{TOP + HEIGHT / 2:.1f} "
        f"{LEFT + WIDTH:.1f},{TOP + HEIGHT * 0.75:.1f}",
        color_of("model", DARK): f"{LEFT:.1f},{TOP + HEIGHT * 7 / 8:.1f} {LEFT + WIDTH / 2:.1f},{TOP:.1f} "
        f"{LEFT + WIDTH:.1f},{TOP + HEIGHT:.1f}",
    }
    assert [text.text for text in picture.iter(f"{SVG}text")] == ["How loud & how", "1", "5", "80", "40"]


def test_a_page_of_pictures_says_whose_curves_they_are():
    level = [Curve("rules", np.ones(2))]
    page = ElementTree.fromstring(performances_svg([([0], [("a", CURVES), ("b", level)])], [("rules", "by rules")]))
    assert [text.text for text in page.iter(f"{SVG}text")][:2] == ["by rules", "a"]
    dashed = [line for line in page.iter(f"{SVG}polyline") if line.get("stroke-dasharray")]
    assert len(dashed) == 2  # in the legend and in the picture
    assert len(list(page.iter(f"{SVG}g"))) == 2
