"""Which soundfont plays: the one that is named, Koe's own, the best one installed, or the one of pretty_midi."""

import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from koe.errors import AudioError
from koe.settings import asset_folder

ENVIRONMENT_VARIABLE = "KOE_SOUNDFONT"
GRAND = "salamander-grand.sf3"
BUNDLED = "TimGM6mb.sf2"

# Soundfonts whose piano is better than the bundled one's, best first.
PREFERRED = (
    "MuseScore_General.sf3",
    "MuseScore_General.sf2",
    "MuseScore_General_Lite.sf3",
    "FluidR3_GM.sf2",
    "FluidR3_GM.sf3",
    "GeneralUser GS v1.471.sf2",
    "GeneralUser-GS.sf2",
)
DIRECTORIES = tuple(
    Path(prefix, folder)
    for prefix in ("/usr/share", "/usr/local/share", "/opt/homebrew/share")
    for folder in ("sounds/sf2", "sounds/sf3", "soundfonts")
)


def default_soundfont() -> Path:
    """Find the soundfont to play where the caller names none.

    It is the one that the environment variable ``KOE_SOUNDFONT`` names, or the
    concert grand that ships with Koe, or the first of `PREFERRED` that is
    installed, or the one inside pretty_midi.

    Raises
    ------
    AudioError
        If ``KOE_SOUNDFONT`` names no soundfont, or if there is none at all.
    """
    return named_soundfont() or grand_soundfont() or installed_soundfont() or bundled_soundfont()


def light_soundfont() -> Path:
    """Find the soundfont for an engine that keeps it in memory whole.

    Like `default_soundfont`, but nothing is looked for on the system: in
    memory the larger ones take three times the size of their file. Of the
    grand only what a piece needs is loaded.
    """
    return named_soundfont() or grand_soundfont() or bundled_soundfont()


def named_soundfont() -> Path | None:
    """Give the soundfont that ``KOE_SOUNDFONT`` names, if it is set."""
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    return check_soundfont(Path(named).expanduser(), f" (named by {ENVIRONMENT_VARIABLE})") if named else None


def grand_soundfont() -> Path | None:
    """Give the concert grand that ships with Koe (`koe.audio.grand`), if it is there."""
    path = asset_folder("soundfonts") / GRAND
    return path if is_soundfont(path) else None


@lru_cache(maxsize=1)
def installed_soundfont() -> Path | None:
    """Give the best soundfont that the system has, if any."""
    for name in PREFERRED:
        for directory in DIRECTORIES:
            if is_soundfont(path := directory / name):
                return path
    return None


def bundled_soundfont() -> Path:
    """Give the soundfont inside pretty_midi, which is not imported for it."""
    package = find_spec("pretty_midi")
    for folder in (package.submodule_search_locations or ()) if package else ():
        if is_soundfont(path := Path(folder) / BUNDLED):
            return path
    raise AudioError(
        f"No soundfont was found, not even the {BUNDLED} that comes with pretty_midi; install the requirements again "
        f"or name one by {ENVIRONMENT_VARIABLE}."
    )


def is_soundfont(path: Path) -> bool:
    """Tell whether a file starts like a soundfont (.sf2, .sf3)."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
    except OSError:
        return False
    return start[:4] == b"RIFF" and start[8:] == b"sfbk"


def check_soundfont(path: Path, origin: str = "") -> Path:
    """Give the absolute path of a soundfont; FluidSynth plays another one in silence where it cannot read it.

    Raises
    ------
    AudioError
        If there is no such file, or it is no soundfont.
    """
    if not is_soundfont(path):
        problem = "is no soundfont" if path.is_file() else "is not there"
        raise AudioError(f"The soundfont {path}{origin} {problem}; name a .sf2 or .sf3 file.")
    return path.resolve()
