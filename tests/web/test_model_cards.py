"""What a model's card says to visitors."""

from dataclasses import replace

from koe.models.registry import default_registry
from koe.originality.index import Index
from koe.settings import asset_folder
from koe.web.models_page.model_cards import origin


def test_a_card_says_how_many_pieces_were_learned_from_and_a_verdict_says_the_same():
    card = default_registry().card("lstm2")
    (made_with,) = (line for line in origin(card) if line.startswith("**Made with:** 1767 "))
    assert made_with.endswith(": 1,492 to learn from, 123 to choose the epoch by, 152 to test it on")
    assert len(Index(asset_folder("originality")).sources) == 1492
    alone = replace(card, data={"name": "Some pieces"})
    assert "**Made with:** Some pieces" in origin(alone)
