"""A visitor brings a MIDI file, and takes it to every page."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from koe.music.library import load_piece
from koe.music.midi import write_midi
from tests.e2e.visitor import PAGES, PATIENCE_MS, SECTIONS

TITLE = "Evening at the Window"

LEARN = {name for name, section in SECTIONS.items() if section == "Learn"}


@pytest.fixture(scope="module")
def piece():
    return replace(load_piece("petzold-minuet-g-major"), title=TITLE)


@pytest.fixture
def owner(visitor, piece):
    """A visitor who has uploaded the piece."""
    visitor.open("Your piece")
    visitor.upload("evening.mid", write_midi(piece))
    expect(visitor.page.get_by_role("heading", name=TITLE)).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    return visitor


def test_an_uploaded_piece_is_seen_and_heard_as_it_was_written(owner, piece):
    seen = [(note.step, note.pitch, note.n_steps) for note in owner.notes("your")]
    assert seen == sorted((note.step, note.pitch, note.n_steps) for note in piece.notes)
    assert not any(note.made for note in owner.notes("your"))
    heard = owner.sound_of(owner.audio("your"))
    assert heard.rms > 0.005
    # The last chord rings on for a moment.
    assert piece.duration_sec - 1 < heard.duration_sec < piece.duration_sec + 6


def test_the_piece_follows_to_every_page_and_no_page_fails(owner, piece, record_property):
    n_sounds = {}
    for name in PAGES:
        owner.go(name)
        assert not owner.faults(), name
        if name in ("Home", "Gallery") or name in LEARN:  # other pieces; lessons that sound by themselves
            continue
        if name == "Continue":
            owner.click("Your piece")
        if name == "Models":  # which begins with the network's own history
            owner.page.get_by_role("tab", name="Reconstruction").click()
        if name == "Interpolate":
            expect(owner.keyed("from-choice").locator("input")).to_have_value(re.compile(TITLE))
        else:
            # As text, or as the name that a roll has for those who cannot see it.
            named = owner.page.get_by_text(TITLE).or_(owner.page.get_by_label(re.compile(TITLE)))
            expect(named.first).to_be_attached(timeout=PATIENCE_MS)
        if name == "Continue":
            owner.slider("continue-steps").press("Home")
            owner.keyed("continue-go").get_by_role("button").click()
            expect(owner.players()).to_have_count(1, timeout=PATIENCE_MS)
        if name == "Fill":
            owner.click("Find four ways")
            expect(owner.players()).to_have_count(4, timeout=PATIENCE_MS)
        owner.settle()
        n_sounds[name] = owner.players().count()
        for player in owner.players().all():
            sound = owner.sound_of(player)
            assert sound.rms > 0.002, name
            assert sound.duration_sec > 3, name
        assert not owner.faults(), name
    record_property("sounds", n_sounds)
    assert all(n_sounds.values())
    assert n_sounds["Reconstruct"] >= 3  # the original, a network, and the linear baseline
    # All of it came from the app's own server, and there was much to ask for.
    assert len(owner.requests) > 30
    assert not owner.foreign_requests


def test_one_sound_plays_at_a_time(owner):
    owner.go("Reconstruct")
    keys = "original", "reconstruct-ae1"
    first, second = map(owner.audio, keys)
    for key, sound in zip(keys, (first, second), strict=True):
        owner.press(key)
        owner.hear(sound)
    owner.page.wait_for_function("(audio) => audio.paused", arg=first.element_handle())
    assert not second.evaluate("(audio) => audio.paused")


@pytest.mark.parametrize(
    ("name", "data"),
    [("picture.mid", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8), ("empty.mid", b"")],
    ids=["a picture", "an empty file"],
)
def test_a_file_without_music_is_refused_in_a_sentence_and_the_piece_stays(owner, name, data):
    before = owner.notes("your")
    owner.upload(name, data)
    refusal = owner.page.get_by_test_id("stAlertContentError")
    expect(refusal).to_have_count(1, timeout=PATIENCE_MS)
    owner.settle()
    sentence = refusal.inner_text().strip()
    assert re.fullmatch(r"[^\n]{20,250}[.!]", sentence.splitlines()[-1]), sentence
    assert not re.search(r"Traceback|Error|Exception|0x|\bNone\b", sentence), sentence
    expect(owner.page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert owner.notes("your") == before

    owner.go("Latent space")
    expect(owner.keyed("piece-bar")).to_contain_text(TITLE)
    assert not owner.faults()
