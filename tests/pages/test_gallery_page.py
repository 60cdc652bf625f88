"""The gallery's page and the button that keeps a piece, and what somebody with bad intentions gets there."""

from dataclasses import replace

import pytest

from koe.music.piece import Piece
from koe.projects.recipes import recipe_of
from koe.web.gallery import house, limits, origin
from koe.web.kiosk.operator import MOST_TRIES, door
from koe.web.serving import cached_studio
from koe.web.session import liking, state
from koe.web.texts import gallery as texts
from koe.web.texts import pages
from tests.pages.test_pages import words

PASSWORD = "correct horse battery"


@pytest.fixture
def gallery(tmp_path, monkeypatch):
    """An empty one, behind the app."""
    monkeypatch.setenv("KOE_GALLERY", str(tmp_path / "gallery.db"))
    monkeypatch.setenv("KOE_OPERATOR_PASSWORD", PASSWORD)
    house.forget()
    door.cache_clear()
    yield house.gallery()
    house.gallery().close()
    house.forget()
    door.cache_clear()


def kept(title: str, slug: str = "bach-musette", parent: str = ""):
    return house.keep(cached_studio.studio().demo_piece(slug), None, title, parent)


def open_gallery(app, **parameters):
    app.query_params.clear()
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page("pages/gallery.py").run()
    assert not app.exception
    return app


def press(app, key: str):
    app.button(key=key).click().run()
    assert not app.exception
    assert pages.UNEXPECTED not in [one.value for one in app.error]
    return app


def titles(app) -> list[str]:
    return [one.value.strip("*") for one in app.markdown if one.value.startswith("**")]


def test_no_gallery_no_page_and_no_button(app):
    press(app, "compose")
    assert not [one for one in app.button if one.key.endswith("-keep")]
    with pytest.raises(ValueError, match=r"gallery\.py"):
        app.switch_page("pages/gallery.py")


def test_a_piece_is_kept_heard_liked_and_gone_on_from(gallery, app):
    press(app, "compose")
    key = next(one.key for one in app.button if one.key.endswith("-keep"))
    press(app, key)
    app.text_input(key=f"{key}-title").set_value("Mein Stück <b>")
    app.button(key=f"{key}-yes").click().run()
    assert "markup" in app.error[0].value
    assert gallery.page("newest").entries == ()
    app.text_input(key=f"{key}-title").set_value("Mein Stück")
    app.button(key=f"{key}-yes").click().run()
    (entry,) = gallery.page("newest").entries
    assert entry.title == "Mein Stück"
    assert f"/g/{entry.id}" in app.success[0].value
    removal = app.code[0].value.partition("?remove=")[2]
    assert removal.startswith(f"{entry.id}.")

    open_gallery(app)
    assert removal not in str(app)  # shown once
    assert titles(app) == ["Mein Stück"]
    press(app, f"gallery-like-{entry.id}")
    assert gallery.entry(entry.id).n_likes == 1
    assert app.button(key=f"gallery-like-{entry.id}").label == "1"
    press(app, f"gallery-like-{entry.id}")
    press(app, f"gallery-like-{entry.id}")
    assert gallery.entry(entry.id).n_likes == 1

    press(app, f"gallery-hear-{entry.id}")
    assert app.header[0].value == "Mein Stück"
    press(app, "gallery-start")
    assert app.session_state["koe_piece"].title == "Mein Stück"
    assert app.session_state[f"koe_kept_{origin._TAKEN}"] == (entry.id,)

    # Opening the address alone takes nothing away.
    open_gallery(app, remove=removal)
    assert gallery.entry(entry.id)
    press(app, "gallery-remove")
    assert gallery.page("newest").entries == ()
    assert "remove" not in app.query_params
    app.query_params["remove"] = removal
    app.run()
    press(app, "gallery-remove")  # a second time it says so, and no more


def test_lists_go_page_by_page_and_by_chance_stay_as_they_are(gallery, app, monkeypatch):
    monkeypatch.setattr(limits, "KEPT_BURST", 100.0)
    for number in range(14):
        kept(f"Piece {number}")
    open_gallery(app)
    assert len(titles(app)) == 12
    press(app, "gallery-next")
    assert titles(app) == ["Piece 1", "Piece 0"]
    press(app, "gallery-before")
    assert titles(app)[0] == "Piece 13"
    app.segmented_control(key="gallery-order").set_value("chance").run()
    first = titles(app)
    app.run()
    assert titles(app) == first
    press(app, "gallery-next")
    assert sorted(first + titles(app)) == sorted(f"Piece {number}" for number in range(14))


def test_the_radio_goes_on_to_the_end_and_passes_over_what_has_gone(gallery, app):
    entries = [kept(f"Piece {number}") for number in range(3)]
    open_gallery(app)
    press(app, "gallery-radio-on")
    assert app.header[0].value == "Piece 2"
    gallery.remove(entries[1].entry.id, entries[1].deletion)
    press(app, "gallery-radio-next")
    assert app.header[0].value == "Piece 0"
    press(app, "gallery-radio-next")
    assert titles(app) == ["Piece 2", "Piece 0"]  # the list again


def test_titles_are_shown_as_they_are_written(gallery, app):
    title = "*Not* _bold_ $x$ :material/bomb: ~~x~~ &"
    entry = kept(title).entry
    open_gallery(app)
    shown = next(one.value for one in app.markdown if one.value.startswith("**"))
    assert shown[2:-2] == "\\*Not\\* \\_bold\\_ \\$x\\$ \\:\u2060material/\u2060bomb\\: \\~\\~x\\~\\~ \\&"
    pictures = [one.proto.body for one in app.get("html") if "koe-thumbnail" in one.proto.body]
    assert 'alt="*Not* _bold_ $x$ :material/bomb: ~~x~~ &amp;"' in pictures[0]
    open_gallery(app, piece=entry.id)
    assert "\\*Not\\*" in app.header[0].value


@pytest.mark.parametrize("id", ["x" * 12, "../../etc", "<script>", "%00", "' OR 1=1 --", "a" * 5000])
def test_an_address_of_no_piece_gets_a_sentence(gallery, app, id):
    open_gallery(app, piece=id)
    assert len(app.error) == 1
    assert "no such piece" in app.error[0].value


def test_guessed_deletion_addresses_take_nothing_away_and_are_soon_not_tried(gallery, app):
    one, other = kept("One"), kept("Other")
    for guess in (f"{one.entry.id}.{other.deletion}", one.entry.id, f"{one.entry.id}.", ".", f"x.{one.deletion}"):
        open_gallery(app, remove=guess)
        press(app, "gallery-remove")
    assert len(gallery.page("newest").entries) == 2
    for _ in range(int(limits.REMOVALS_BURST)):
        open_gallery(app, remove=f"{one.entry.id}.guess")
        press(app, "gallery-remove")
    open_gallery(app, remove=f"{one.entry.id}.{one.deletion}")
    press(app, "gallery-remove")
    assert len(gallery.page("newest").entries) == 2  # whoever guessed so often waits


def test_likes_are_not_stuffed_by_new_tokens(gallery, app, monkeypatch):
    id = kept("Piece").entry.id
    open_gallery(app)
    monkeypatch.setattr(limits, "MAX_LIKES_OF_ADDRESS", 3)
    for _ in range(6):
        app.session_state["koe_visitor_token"] = ""  # as a browser that drops its cookie
        app.run()
        press(app, f"gallery-like-{id}")
    assert gallery.entry(id).n_likes == 3


def test_start_over_forgets_who_liked(gallery, app):
    id = kept("Piece").entry.id
    open_gallery(app)
    press(app, f"gallery-like-{id}")
    assert liking.COOKIE == "koe_visitor"
    assert gallery.knows(app.session_state["koe_visitor_token"])
    press(app, "koe-project-new")
    press(app, "koe-project-clear")
    assert app.session_state["koe_visitor_token"] == ""


def test_the_operator_hides_with_the_password_alone(gallery, app):
    id = kept("Rude").entry.id
    open_gallery(app)
    assert not [one for one in app.text_input if one.key == "gallery-password"]
    open_gallery(app, operator="1")
    assert not [one for one in app.button if one.key == f"gallery-hide-{id}"]
    app.text_input(key="gallery-password").set_value("guess")
    app.button(key="gallery-operator-open").click().run()
    assert app.error[0].value == texts.OPERATOR_WRONG
    app.text_input(key="gallery-password").set_value(PASSWORD)
    app.button(key="gallery-operator-open").click().run()
    press(app, f"gallery-hide-{id}")
    assert titles(app) == []
    assert gallery.page("newest").entries == ()
    app.toggle(key="gallery-hidden").set_value(True).run()
    assert titles(app) == ["Rude"]
    press(app, f"gallery-hide-{id}")
    press(app, "gallery-operator-leave")
    assert [one.title for one in gallery.page("newest").entries] == ["Rude"]
    assert not [one for one in app.button if one.key == f"gallery-hide-{id}"]


def test_whoever_guesses_the_password_finds_the_door_closed(gallery, app):
    open_gallery(app, operator="1")
    for guess in [f"guess {number}" for number in range(MOST_TRIES)] + [PASSWORD]:
        app.text_input(key="gallery-password").set_value(guess)
        app.button(key="gallery-operator-open").click().run()
    assert app.error[0].value == texts.OPERATOR_CLOSED
    assert "koe_gallery_operator" not in app.session_state


def test_a_gallery_that_is_away_costs_only_its_page(app, monkeypatch, tmp_path):
    (tmp_path / "gallery.db").write_bytes(b"no database " * 1000)
    monkeypatch.setenv("KOE_GALLERY", str(tmp_path / "gallery.db"))
    house.forget()
    app.run()
    assert not app.exception
    open_gallery(app)
    assert "cannot be reached" in app.error[0].value
    house.forget()


def test_a_family_is_shown_as_a_tree(gallery, app):
    root = kept("Root").entry.id
    leaf = kept("Leaf", parent=root).entry.id
    open_gallery(app, piece=leaf)
    assert texts.TREE in [one.value for one in app.subheader]
    press(app, "gallery-tree-0")
    assert app.header[0].value == "Root"
    assert "Leaf" in words(app) + "".join(one.label for one in app.button)


def test_it_speaks_german(gallery, app):
    kept("Stück")
    app.query_params["lang"] = "de"
    app.run()
    app.switch_page("pages/gallery.py").run()
    assert app.title[0].value == "Galerie"


# -- what a piece came from ----------------------------------------------------


def test_a_continuation_comes_from_what_it_begins_with(gallery, monkeypatch):
    monkeypatch.setattr(state, "_KEPT", "test_")
    store: dict = {}
    monkeypatch.setattr(state, "peek", lambda name, default: store.get(name, default))
    monkeypatch.setattr(state, "keep", store.__setitem__)
    studio = cached_studio.studio()
    piece, other = studio.demo_piece("bach-musette"), studio.demo_piece("joplin-entertainer")
    monkeypatch.setattr(state, "current_piece", lambda: piece)
    first, second = kept("First"), kept("Second", "joplin-entertainer")
    assert origin.parent_of(piece) == ""  # nothing was taken
    origin.take(first.entry.id)
    origin.take(second.entry.id)
    beginning = piece.slice(0, piece.n_ticks // 2)
    assert origin.parent_of(piece) == origin.parent_of(beginning) == first.entry.id
    assert origin.parent_of(other) == second.entry.id
    composed = studio.demo_piece("satie-gymnopedie-1") if "satie-gymnopedie-1" in _slugs(studio) else Piece((), 96)
    assert origin.parent_of(composed) == ""
    blend = replace(composed, made_by=studio.compose(1).made_by) if composed.made_by else None
    assert blend is None or recipe_of(blend)
    first_gone = house.gallery()
    first_gone.remove(first.entry.id, first.deletion)
    assert origin.parent_of(piece) == ""


def _slugs(studio) -> set[str]:
    return {entry.slug for entry in studio.demo_pieces()}
