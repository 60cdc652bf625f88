"""Sliders, a piano keyboard and buttons: what a visitor turns changes the music, and only that."""

import pytest
from playwright.sync_api import expect

from koe.music.grid import SEGMENT_STEPS, STEPS_PER_QUARTER
from koe.music.midi import read_midi
from tests.e2e.visitor import PATIENCE_MS


def places(notes):
    return [(note.step, note.pitch, note.n_steps) for note in notes]


def test_sliders_of_the_latent_space_move_the_notes(visitor):
    visitor.open("Latent space")
    visitor.as_written("latent")
    at_first = visitor.notes("latent")
    assert len(at_first) > 3
    heard_first = visitor.address(visitor.players().first)

    panel = visitor.keyed("latent-panel")
    panel.get_by_role("tab", name="All numbers").click()
    slider = panel.locator('input[data-slider="raw-0"]')
    slider.press("End" if float(slider.input_value()) < 0 else "Home")
    moved = visitor.other_notes("latent", at_first)
    assert visitor.address(visitor.players().first, heard_first) != heard_first
    read = read_midi(visitor.download("mid", "latent"))
    assert sorted(places(read.notes)) == sorted(places(moved))
    visitor.close_menu()

    visitor.click("All zero")
    expect(slider).to_have_value("0")
    visitor.settle()
    zero = visitor.notes("latent")
    assert zero != moved

    # The segment's own sixteen numbers bring back what was there in the beginning.
    visitor.click("From your segment")
    visitor.other_notes("latent", zero)
    assert visitor.notes("latent") == at_first
    assert not visitor.faults()


def test_a_latent_vector_is_found_again_after_a_look_elsewhere(visitor):
    visitor.open("Latent space")
    at_first = visitor.notes("latent")
    visitor.click("Random, like music")
    drawn = visitor.other_notes("latent", at_first)
    visitor.go("About")
    visitor.go("Latent space")
    assert visitor.notes("latent") == drawn


def test_the_blend_leads_from_one_piece_to_the_other(visitor):
    visitor.open("Interpolate")
    visitor.as_in_the_paper("interpolate")
    visitor.as_written("blend")
    blend = visitor.slider("blend")
    between = visitor.notes("blend")
    blend.press("Home")
    start = visitor.other_notes("blend", between)
    expect(visitor.page.get_by_text("Here, 0 % of the way")).to_be_visible()
    blend.press("End")
    end = visitor.other_notes("blend", start)
    expect(visitor.page.get_by_text("Here, 100 % of the way")).to_be_visible()
    assert visitor.sound_of(visitor.audio("blend")).rms > 0.002

    # The whole way as one piece begins and ends with the same music.
    path = visitor.notes("path")
    last_onset = 4 * SEGMENT_STEPS
    assert {(n.step, n.pitch) for n in path if n.step < SEGMENT_STEPS} == {(n.step, n.pitch) for n in start}
    arrived = {(n.step - last_onset, n.pitch) for n in path if n.step >= last_onset}
    held_over = {(n.step, n.pitch) for n in end} - arrived  # struck in the measure before, and still down
    assert arrived <= {(n.step, n.pitch) for n in end}
    assert all(onset == 0 for onset, _ in held_over)
    assert not visitor.faults()


@pytest.fixture
def player_of_chords(visitor):
    """A visitor at the keyboard, with short pieces asked for."""
    visitor.open("Latent space")
    visitor.as_written("latent")  # and so everywhere
    visitor.open("Continue")
    steps = visitor.slider("continue-steps")
    steps.press("Home")
    for _ in range(7):
        steps.press("ArrowRight")
    expect(visitor.page.get_by_text("8 measures")).to_be_visible(timeout=PATIENCE_MS)
    return visitor


def test_a_chord_of_the_keyboard_is_continued_and_a_seed_brings_it_back(player_of_chords):
    visitor = player_of_chords
    piano = visitor.keyed("keyboard")
    chord = visitor.keyed("chord-names").locator("input")
    expect(chord).to_have_value("C3 G3 C4 E4 G4")
    piano.get_by_role("button", name="B4", exact=True).click()
    expect(chord).to_have_value("C3 G3 C4 E4 G4 B4")
    piano.get_by_role("button", name="C3", exact=True).click()
    expect(chord).to_have_value("G3 C4 E4 G4 B4")

    def sow(number):
        visitor.open_more("continue-more")
        seed = visitor.keyed("continue-seed-number").locator("input")
        seed.fill(number)
        seed.press("Enter")
        visitor.settle()

    visitor.open_more("continue-more")
    variations = visitor.slider("variations")
    variations.press("ArrowRight")
    expect(variations).to_have_value("2")
    sow("2718")
    visitor.close_menu()

    def go(number):
        visitor.keyed("continue-go").get_by_role("button").click()
        expect(visitor.keyed(f"continued-{number}-2-roll")).to_be_visible(timeout=PATIENCE_MS)
        visitor.settle()
        return [visitor.notes(f"continued-{number}-{variation}") for variation in (1, 2)]

    first, second = go(1)
    for notes in (first, second):
        assert {note.pitch for note in notes if not note.made} == {55, 60, 64, 67, 71}
        assert any(note.made for note in notes)
    assert first != second
    # The first plays by itself, right after the click.
    visitor.hear(visitor.audio("continued-1-1"))
    sounds = [visitor.sound_of(player) for player in visitor.players().all()]
    assert len(sounds) == 2
    assert all(sound.rms > 0.002 for sound in sounds)

    file = visitor.download("mid", "continued-1-1")
    visitor.close_menu()
    read = read_midi(file)
    assert sorted(places(read.notes)) == sorted(places(first))
    assert sounds[0].duration_sec == pytest.approx(read.n_steps / STEPS_PER_QUARTER * 60 / read.qpm, abs=6)

    # The same seed makes the same file, byte for byte; another one does not.
    assert go(2) == [first, second]
    assert visitor.download("mid", "continued-2-1") == file
    visitor.close_menu()
    sow("2719")
    visitor.close_menu()
    assert go(3)[0] != first
    assert not visitor.faults()
