"""The app in German: every page, switching, and what was chosen before."""

import pytest
from streamlit.testing.v1 import AppTest

from koe.web.serving import cached_studio
from koe.web.texts import language
from koe.web.texts.german import about as german_about
from koe.web.texts.german import continuing as german_continuing
from koe.web.texts.german import home as german_home
from koe.web.texts.german import interpolate as german_interpolate
from koe.web.texts.german import latent_space as german_latent_space
from koe.web.texts.german import models_page
from koe.web.texts.german import reconstruct as german_reconstruct
from koe.web.texts.german import your_piece as german_your_piece
from tests.pages.conftest import APP
from tests.pages.test_pages import go

# Pages with their headings; those that are not there without a model or a link come elsewhere.
TITLES = {
    "home": german_home.HOME_TITLE,
    "your_piece": german_your_piece.YOUR_PIECE_TITLE,
    "reconstruct": german_reconstruct.RECONSTRUCT_TITLE,
    "latent_space": german_latent_space.LATENT_TITLE,
    "interpolate": german_interpolate.INTERPOLATE_TITLE,
    "continue": german_continuing.CONTINUE_TITLE,
    "models": models_page.MODELS_TITLE,
    "about": german_about.ABOUT_TITLE,
    "shared_piece": "Ein Stück für dich",
}
# Words that English sentences can hardly do without, and German ones do not know.
ENGLISH = {"the", "of", "and", "your", "with", "what", "is", "from", "it"}


@pytest.fixture
def german(calls):
    """The app as one comes to it with German in the address."""
    app = AppTest.from_file(APP, default_timeout=300)
    app.query_params[language.PARAMETER] = "de"
    return app.run()


def switch(app):
    return app.button(key="koe-language").click().run()


def said(app) -> list[str]:
    """All labels, headings and paragraphs."""
    spoken = [element.value for kind in ("title", "header", "markdown", "caption") for element in getattr(app, kind)]
    widgets = (*app.button, *app.button_group, *app.slider, *app.toggle, *app.selectbox, *app.number_input)
    helps = [widget.help for widget in widgets if getattr(widget, "help", "")]
    return [*spoken, *(widget.label for widget in widgets if widget.label != "English"), *helps]


@pytest.mark.parametrize("page", TITLES)
def test_every_page_opens_in_german(german, page):
    app = go(german, page)
    assert app.title[0].value == TITLES[page]
    english = [line for line in said(app) if len(ENGLISH & set(line.lower().replace("*", "").split())) > 1]
    # The cards of models say in English what nobody has said in German.
    assert not [line for line in english if line not in ("Shows everything in English.", "For tests.")]


def test_switching_back_and_forth_keeps_every_choice(app):
    go(app, "continue")
    app.segmented_control(key="continue-start").set_value("nothing").run()
    app.segmented_control(key="continue-way").set_value("threshold").run()
    go(app, "reconstruct")
    app.segmented_control(key="reconstruct-view").set_value("probabilities").run()
    switch(app)
    assert not app.exception
    assert app.title[0].value == german_reconstruct.RECONSTRUCT_TITLE
    assert app.segmented_control(key="reconstruct-view").value == "probabilities"
    go(app, "continue")
    assert app.title[0].value == german_continuing.CONTINUE_TITLE
    assert app.segmented_control(key="continue-start").options == list(german_continuing.STARTS.values())
    assert app.segmented_control(key="continue-start").value == "nothing"
    switch(app)
    assert app.title[0].value == "Continue"
    assert app.segmented_control(key="continue-start").value == "nothing"
    assert app.segmented_control(key="continue-way").value == "threshold"


def test_a_piece_chosen_by_words_stays_chosen(app):
    go(app, "interpolate")
    app.selectbox(key="to-choice").set_value("current").run()
    switch(app)
    assert not app.exception
    assert app.selectbox(key="to-choice").value == "current"
    assert "Dein Stück: " in app.selectbox(key="to-choice").options[0]


def test_switching_is_nothing_to_undo(app):
    switch(app)
    assert app.button(key="koe-undo").disabled


def test_the_address_counts_once(german):
    switch(german)
    assert german.title[0].value == "Press the button. A network writes you a piano piece."
    assert german.query_params[language.PARAMETER] == "de"  # it still says so
    german.run()
    assert german.title[0].value == "Press the button. A network writes you a piano piece."


@pytest.mark.parametrize(
    ("browsers", "remembered", "spoken"),
    [("de-AT", "", "de"), ("de", "", "de"), ("fr-FR", "", "en"), ("de-DE", "en", "en"), ("en-GB", "de", "de")],
)
def test_the_browser_says_what_its_visitor_reads(calls, monkeypatch, browsers, remembered, spoken):
    cookies = {language.COOKIE: remembered} if remembered else {}
    monkeypatch.setattr(type(language.st.context), "cookies", property(lambda _: cookies))
    monkeypatch.setattr(type(language.st.context), "locale", property(lambda _: browsers))
    app = AppTest.from_file(APP, default_timeout=300).run()
    assert (app.title[0].value == german_home.HOME_TITLE) == (spoken == "de")


def test_chords_are_written_as_germans_write_them(german, calls):
    app = go(german, "continue")
    app.text_input(key="chord-names").set_value("B3 H4 Fis5").run()
    app.button(key="continue-go").click().run()
    (asked,) = calls.continued
    assert {note.pitch for note in asked["prompt"].notes} == {58, 71, 78}
    switch(app)
    assert app.text_input(key="chord-names").value == "B♭3 B4 F♯5"
    switch(app)
    assert app.text_input(key="chord-names").value == "B3 H4 Fis5"


def test_demo_pieces_have_their_german_titles(german):
    app = go(german, "your_piece")
    assert "Johann Sebastian Bach (zugeschrieben): Musette D-Dur" in app.selectbox(key="demo").options
    minuet = cached_studio.demo_piece("petzold-minuet-g-major")
    app.session_state["koe_piece"] = minuet
    app.run()
    assert app.header[0].value.replace("\\", "") == "Menuett G-Dur"
    assert app.session_state["koe_piece"] == minuet  # in links and projects it is called the same everywhere
    assert app.selectbox(key="demo").value.title == "Minuet in G major"
    go(app, "interpolate")
    assert app.selectbox(key="from-choice").options[0] == "Dein Stück: Menuett G-Dur"
    switch(app)
    assert app.selectbox(key="from-choice").options[0] == "Your piece: Minuet in G major"
