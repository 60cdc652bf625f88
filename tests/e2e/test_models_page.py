"""A visitor looks into the models: how one learned, to be seen and heard, and how good it is."""

import pytest
from playwright.sync_api import expect

from koe.models.record import SUFFIX
from koe.models.registry import default_registry
from tests.e2e.visitor import PATIENCE_MS, SCREENS

RECORDED = "lstm1"


@pytest.fixture
def has_record():
    if not (default_registry().folder / f"{RECORDED}{SUFFIX}").exists():
        pytest.skip(f"no record of a training lies beside the weights of {RECORDED}")


def choose_tab(visitor, name):
    """Open a tab and wait for what it shows, which is made only then; gives its panel."""
    visitor.page.get_by_role("tab", name=name).click()
    expect(visitor.page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    panel = visitor.page.locator('[role="tabpanel"]:visible')
    expect(panel.locator('[data-testid="stElementContainer"]:visible').first).to_be_visible()
    visitor.settle()
    return panel


@pytest.mark.usefixtures("has_record")
def test_dragging_the_epoch_of_a_network_shows_and_plays_another_piece(visitor):
    visitor.open("Models")
    visitor.click("LSTM1")
    key = f"evolution-{RECORDED}"
    expect(visitor.keyed(key)).to_be_visible()
    visitor.settle()
    kept = visitor.notes(key)
    assert any(note.made for note in kept)
    player = visitor.audio(key)
    source = visitor.address(player)

    slider = visitor.slider(key)
    slider.press("Home")
    first = visitor.other_notes(key, kept)
    assert first != kept
    # It begins with the same chord, and plays by itself, since it was asked for.
    assert [note for note in first if not note.made and note.onset == 0]
    assert visitor.address(player, before=source) != source
    visitor.hear(player)
    assert visitor.sound_of(player).rms > 0.001
    expect(visitor.page.get_by_text("before training").first).to_be_visible()
    assert not visitor.faults()


def test_every_aspect_of_every_model_fits_a_phone(new_visitor, app_url):
    visitor = new_visitor(app_url, **SCREENS["phone"])
    faults = {}
    for model in ("AE1", "AE2", "AE3", "PCA", "LSTM2", "LSTM1", "PN1"):
        visitor.open("Models")  # afresh, so that what was opened of the last one is closed
        visitor.click(model)
        expect(visitor.keyed(f"models-tab-{model.lower()}")).to_be_visible(timeout=PATIENCE_MS)
        visitor.settle()
        for tab in visitor.page.get_by_role("tab").all_inner_texts():
            for closed in choose_tab(visitor, tab).get_by_test_id("stExpander").all():
                closed.locator("summary").click()
            faults[model, tab] = visitor.faults()
    assert len(faults) >= 16  # four latent models with three aspects or more, and two with two
    assert not {where: found for where, found in faults.items() if found}
