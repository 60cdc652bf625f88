"""Every error that Koe raises on purpose.

::

    KoeError                 one sentence a visitor can read
      InputError             what was handed in cannot be used
        MidiError            a file that is no usable MIDI file
        ScoreFileError       a file that is no usable score
        TextFormatError      a character outside the paper's text format
        PianorollError       an array of the wrong shape or type
        LatentError          a latent vector of the wrong length or range
        ProjectError         a file that is no project, or a damaged one
        LinkError            a link that is damaged, or cannot be made
        GalleryError         what the gallery does not take
      ModelError             weights missing, damaged or of another model
      AudioError             no sound could be made
      ScoreError             no score could be drawn
      CorpusError            a corpus that is missing, empty or damaged
      StoreError             the gallery's database cannot be reached
      BusyError              too much is being asked for at once
      Cancelled              the user stopped it; nothing is wrong

A message says what came, what was expected and what to do about it. The
command line prints it after ``koe: error:`` and exits with 2; the pages show
it as it stands.
"""


class KoeError(Exception):
    """Base of all errors whose message is meant for the user."""


class InputError(KoeError):
    """What was handed in cannot be used."""


class MidiError(InputError):
    """A file that is no usable MIDI file."""


class ScoreFileError(InputError):
    """A score in MusicXML, MEI, Humdrum or ABC that cannot be read."""


class TextFormatError(InputError):
    """A text that is not in the paper's text format."""


class PianorollError(InputError):
    """An array that is no pianoroll: wrong shape or type."""


class LatentError(InputError):
    """A latent vector of the wrong length or with values that are no numbers."""


class ProjectError(InputError):
    """A file that is no project, or that is damaged or too large."""


class LinkError(InputError):
    """A link that is damaged or from another version, or a piece that fits into none."""


class GalleryError(InputError):
    """What the gallery does not take: a title, a piece, a deletion link, a file.

    Parameters
    ----------
    message : str
    reason : str
        Which sentence it is, for who says it in another language.
    n : float
        The number in it.
    """

    def __init__(self, message: str, reason: str = "", n: float = 0) -> None:
        super().__init__(message)
        self.reason, self.n = reason, n


class ModelError(KoeError):
    """Weights that are missing, damaged, or belong to another model."""


class AudioError(KoeError):
    """No sound could be made."""


class ScoreError(KoeError):
    """No score could be drawn."""


class CorpusError(KoeError):
    """A corpus that is missing, empty or damaged."""


class StoreError(KoeError):
    """The gallery's database cannot be opened, read or written."""


class BusyError(KoeError):
    """More is being asked for at once than can be done.

    Parameters
    ----------
    message : str
    reason : str
        Which of `koe.web.serving.queue.SENTENCES` it is, for who says it in another language.
    n : float
        The number in it.
    """

    def __init__(self, message: str, reason: str = "", n: float = 0) -> None:
        super().__init__(message)
        self.reason, self.n = reason, n


class Cancelled(KoeError):
    """The user stopped the work."""
