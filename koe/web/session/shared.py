"""What a link brings: its piece in a player, how it was made, and whether it is the same."""

from typing import TYPE_CHECKING

import streamlit as st

from koe.projects import opening, recipes
from koe.projects.links import Link, decode
from koe.projects.opening import Opened
from koe.web import pieces
from koe.web.result.result import show_result
from koe.web.serving import cached_studio
from koe.web.serving.queued_studio import once
from koe.web.serving.warmup import require_models
from koe.web.session import as_project, state
from koe.web.session.links import PARAMETER
from koe.web.texts import session as texts
from koe.web.texts.errors import told
from koe.web.texts.pages import escape
from koe.web.texts.titles import titled

if TYPE_CHECKING:
    from streamlit.navigation.page import Page

ENTRIES = 32


def open_shared_page(page: "Page") -> None:
    """Lead who came with a link in the address to the page that shows it, whatever page they came to."""
    text = st.query_params.get(PARAMETER, "")
    if text and state.address() != page.url_path:
        st.switch_page(page, query_params={PARAMETER: text})


def show_shared(text: str) -> None:
    """Open a link and show what it brings.

    Raises
    ------
    LinkError
        If it is damaged, or can neither be made anew nor holds its notes.
    """
    if not text:
        st.info(texts.SHARED_NOTHING)
        return
    link = decode(text)
    anew = not isinstance(link.recipe, recipes.Given)
    if anew:
        require_models()
    with st.spinner(texts.SHARED_WORKING) if anew else st.container():
        opened = _opened(text)
    if opened.made_anew and opened.same:
        as_project.remember_recipe(opened.piece, link.recipe)
    st.header(pieces.name_of(opened.piece), anchor=False)
    st.caption(_how(link))
    show_result(opened.piece, "shared", made_from=link.frame.made_from)
    if opened.remark:
        st.warning(escape(told(opened.remark)))
    elif opened.made_anew:
        st.caption(texts.SHARED_SAME.format(model=link.recipe.model.upper()))
    else:
        st.caption(texts.SHARED_NOTES)


@once
@st.cache_data(show_spinner=False, max_entries=ENTRIES)
def _opened(text: str) -> Opened:
    return opening.open_link(cached_studio.studio(), text)


def _how(link: Link) -> str:
    """How the piece was made, in a sentence."""
    recipe = link.recipe
    model = escape(recipe.model.upper())
    if isinstance(recipe, recipes.FromLatents):
        return texts.HOW["latents"].format(n=len(recipe.latents), model=model, threshold=recipe.threshold)
    if isinstance(recipe, recipes.Blended | recipes.Path):
        known = {entry.slug: titled(entry.title) for entry in cached_studio.demo_pieces()}
        first, second = (
            texts.PLACE.format(title=escape(known.get(end.slug, end.slug)), measure=end.measure)
            for end in (recipe.first, recipe.second)
        )
        if isinstance(recipe, recipes.Blended):
            return texts.HOW["blended"].format(weight=recipe.weight, first=first, second=second, model=model)
        return texts.HOW["path"].format(n=recipe.n_segments, first=first, second=second, model=model)
    if isinstance(recipe, recipes.Composed):
        return texts.HOW["composed"].format(model=model, seed=recipe.seed)
    if isinstance(recipe, recipes.Wished):
        return texts.HOW["wished"].format(model=model, measures=recipe.wishes.measures, seed=recipe.seed)
    if isinstance(recipe, recipes.Continued):
        return texts.HOW["answered" if recipe.answer else "continued"].format(
            model=model, heard=_heard(recipe), seed=recipe.seed, variation=recipe.variation, n=recipe.n_steps
        )
    if recipe.making is not None:
        return texts.HOW["given_by"].format(model=escape(recipe.making.model.upper()))
    return texts.HOW["given"]


def _heard(recipe: recipes.Continued) -> str:
    if recipe.prompt is None:
        return texts.HEARD[0]
    if len({note.onset for note in recipe.prompt.notes}) == 1:
        return texts.HEARD[1]
    return texts.HEARD[2].format(n=recipe.prompt.n_steps)
