"""About: how it works in plain words, what it can and cannot do, and where it comes from."""

import platform
from importlib.metadata import PackageNotFoundError, version

import streamlit as st

from koe.music.piece import Piece
from koe.studio.exports import GRAND
from koe.version import __version__
from koe.web.frame import heading, palette
from koe.web.pictures import latents_picture
from koe.web.result.result import STILL, show_result
from koe.web.serving import cached_studio
from koe.web.serving.warmup import require_models
from koe.web.session import state
from koe.web.texts import about as texts
from koe.web.texts import pages
from koe.web.texts import reconstruct as reconstructing

PACKAGES = ("keras", "tensorflow", "numpy", "streamlit", "plotly", "pretty_midi", "midi2audio")

heading(texts.ABOUT_TITLE, texts.ABOUT_LEAD)


def section(title: str, text: str) -> None:
    """A heading with its words."""
    st.header(title, anchor=False)
    st.markdown(text)


words, roll_place = st.columns(2, gap="large", vertical_alignment="center")
with words:
    section(texts.ABOUT_ROLL_TITLE, texts.ABOUT_ROLL)
words, made_place = st.columns(2, gap="large", vertical_alignment="center")
with words:
    section(texts.ABOUT_AUTOENCODER_TITLE, texts.ABOUT_AUTOENCODER)
    st.page_link("pages/tour.py", label=texts.ABOUT_LEARN_LINK, icon=":material/tour:")
section(texts.ABOUT_LIMITS_TITLE, texts.ABOUT_LIMITS)

section(texts.ABOUT_MODELS_TITLE, texts.ABOUT_MODELS)
st.page_link("pages/models.py", label=texts.ABOUT_MODELS_LINK, icon=":material/model_training:")

left, right = st.columns(2, gap="large")
with left:
    section(texts.ABOUT_PAPER_TITLE, texts.ABOUT_PAPER)
with right:
    section(texts.ABOUT_LICENCE_TITLE, texts.ABOUT_LICENCES)
    sound = cached_studio.sound(cached_studio.studio().chord([60]))
    engine, soundfont = pages.escape(sound.engine), pages.escape(sound.soundfont)
    if sound.soundfont == GRAND:
        played_by = texts.ABOUT_SOUND_GRAND
    else:
        played_by = texts.ABOUT_SOUND if soundfont else texts.ABOUT_SOUND_ALONE
    section(texts.ABOUT_SOUND_TITLE, played_by.format(engine=engine, soundfont=soundfont))


def version_of(package: str) -> str:
    """Installed version, or a dash."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "–"


st.caption(
    " · ".join(
        [
            f"Koe {__version__}",
            f"Python {platform.python_version()}",
            *(f"{name} {version_of(name)}" for name in PACKAGES),
        ]
    )
)

# Last, because it needs the networks; the words can be read meanwhile.
original = state.segment_piece()
with roll_place:
    show_result(
        original, "about-original", made_from=None, first_measure=state.measure_number(), height=200, usable=False
    )
with made_place:
    require_models()
    card = cached_studio.studio().latent_models()[0]
    result = cached_studio.reconstruct(state.segment(), card.name)
    st.caption(texts.ABOUT_BELOW.format(n=card.latent_dim, model=card.title))
    figure = latents_picture(result.latents, card.latent_range, reconstructing.NUMBER_HOVER, palette(), height=60)
    st.plotly_chart(
        figure, key="about-latents", config=STILL, alt=reconstructing.NUMBERS_KEPT.format(n=card.latent_dim)
    )
    made = Piece.from_pianoroll(
        result.pianoroll(card.threshold),
        original.qpm,
        f"{original.title} ({card.title})",
        time_signatures=original.time_signatures,
    )
    show_result(made, "about-made", first_measure=state.measure_number(), height=200, usable=False)
