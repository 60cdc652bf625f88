"""What the page About says."""

from koe.web.texts.language import localize

ABOUT_TITLE = "About Koe"
ABOUT_LEAD = (
    "*Koe* is Japanese for voice. It makes classical piano music with neural networks, small enough for your own "
    "computer, and lets you look inside."
)
ABOUT_ROLL_TITLE = "Music as a picture"
ABOUT_ROLL = (
    "The networks see music as a **pianoroll**: one column for every sixteenth note, one row for each of the 88 "
    "keys, and in each cell a 1 if the key sounds and a 0 if it does not. Four measures of 4/4 are 64 columns: 64 × "
    "88 = 5632 numbers. How hard a key is struck, and small changes of tempo, are left out."
)
ABOUT_AUTOENCODER_TITLE = "A bottleneck that must understand"
ABOUT_AUTOENCODER = (
    "An **autoencoder** learns to copy, but through a middle so narrow that only a few numbers pass. To write four "
    "measures again from those it has to find what music has in common. Other networks of Koe read music step by "
    "step and say what may come next. How all this works is shown in *Learn*: there one touches, sees and hears it."
)
ABOUT_LEARN_LINK = "A tour in half an hour"
ABOUT_BELOW = "The same segment as {n} numbers, and what {model} writes from them:"
ABOUT_LIMITS_TITLE = "What it cannot do"
ABOUT_LIMITS = (
    "It has no plan beyond what it remembers, so pieces wander. Everything is equally loud. Sometimes it gets stuck "
    "on a note, falls silent or bursts into noise; the seed, the temperature and the threshold help. And a network "
    "that learned from a small library may repeat bits of it: take what it writes as an invitation to play, not as "
    "proof of invention."
)
ABOUT_MODELS_TITLE = "How they learned, and how well they do"
ABOUT_MODELS = (
    "Each network can be heard at every stage of its training, from its first silence or noise on. Beside it stands "
    "what its figures are worth: those of silence, of the average roll, of repeating the last step, and the paper's."
)
ABOUT_MODELS_LINK = "The models"
ABOUT_PAPER_TITLE = "Where it comes from"
ABOUT_PAPER = (
    "Koe follows the paper *Classical Music Generation with Neural Networks*: the same grid, the same three networks "
    "with the same number of adjustable parameters, the same two ways to turn likelihood into notes, and the same "
    "text format. What it adds: weights trained anew on openly licensed scores, measured against baselines on pieces "
    "kept apart; a continuation whose time per step does not grow with the piece; and this app in place of a desktop "
    "program."
)
ABOUT_LICENCE_TITLE = "Licences"
ABOUT_LICENCES = (
    "Koe's code is free software under the MIT licence. The demo pieces are in the public domain; their encoding is "
    "CC0. Recordings, where they can be heard, are heard by the network of basic-pitch (Spotify, Apache 2.0). What "
    "you make here is yours, as far as anybody can own what a network wrote."
)
ABOUT_SOUND_TITLE = "The sound"
ABOUT_SOUND = "Played by **{engine}** with the soundfont **{soundfont}**."
ABOUT_SOUND_GRAND = (
    "Played by **{engine}** on a concert grand: the *Salamander Grand Piano*, a Yamaha C5 recorded by Alexander "
    "Holm, under [CC BY 3.0](https://creativecommons.org/licenses/by/3.0/). Of its sixteen layers of loudness there "
    "are five here, cut, levelled and encoded anew."
)
ABOUT_SOUND_ALONE = "Played by **{engine}**, which needs no soundfont."

localize(__name__)
