"""The use cases of taking a piece home: every format, and all of them in one archive.

`Studio` has these methods. The same piece gives the same bytes, sound excepted
where another synthesizer plays; an archive carries no date.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from koe.audio.events import MAX_AUDIO_SEC
from koe.audio.soundfonts import BUNDLED
from koe.audio.soundfonts import GRAND as GRAND
from koe.errors import AudioError, Cancelled, ModelError, ScoreError
from koe.music.piece import Piece
from koe.progress import Progress, ShouldStop
from koe.studio.base import StudioBase
from koe.studio.work import heavy, light
from koe.version import __version__

if TYPE_CHECKING:
    from koe.audio import Audio
    from koe.audio.render import OnPart
    from koe.scores.engrave import Score
    from koe.scores.worksheet import Worksheet


SOUNDS = ("mp3", "ogg", "wav")
# Of an archive, in the order in which they are made.
PARTS = ("mid", "musicxml", "pdf", "svg", "pianoroll.svg", "pianoroll.png", "txt", *SOUNDS)
README = "README.txt"
LONG_SOUND_SEC = 300.0  # played in some ten seconds
LONG_SCORE_NOTES = 1500  # engraved in about a second
PLAYED = "played"  # at the end of the name of the MIDI file of a performance
_SOUNDFONTS = {  # whose they are
    GRAND: " The piano is the Salamander Grand Piano, a Yamaha C5 recorded by Alexander Holm, under CC BY 3.0.",
    BUNDLED: " That soundfont is under the GPL, version 2.",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest date that ZIP can hold

_LICENCES = """\
Licences
  Koe's code is under the MIT licence.
  Its weights are under CC BY-SA 4.0; whose encodings of music they were trained on stands in
  assets/models/ATTRIBUTION.md of Koe.
  What you made is yours, as far as anybody can own what a network wrote. Networks may repeat passages of the
  music they learned from, all of it in the public domain.
  A piece that you brought keeps the rights it had.
"""


def _is_long_sound(given: Mapping[str, Any]) -> bool:
    piece: Piece = given["piece"]
    return piece.duration_sec > LONG_SOUND_SEC


def _is_long_score(given: Mapping[str, Any]) -> bool:
    piece = given["piece"]
    return len((piece if isinstance(piece, Piece) else piece.piece).notes) > LONG_SCORE_NOTES


class Exports(StudioBase):
    """Every format that a piece can be taken home in; a part of `koe.studio.Studio`."""

    def midi(self, piece: Piece) -> bytes:
        """The piece as a standard MIDI file; the same piece gives the same bytes."""
        from koe.music.midi import write_midi

        return write_midi(piece)

    def text(self, piece: Piece) -> str:
        """The piece in the paper's text format, in sixteenths; see `koe.music.text.what_text_moves`."""
        from koe.music.text import text_from_pianoroll

        return text_from_pianoroll(piece.pianoroll)

    @heavy("render", long=_is_long_sound)
    def render(
        self,
        piece: Piece,
        format: str = "mp3",
        *,
        should_stop: ShouldStop | None = None,
        on_part: "OnPart | None" = None,
    ) -> "Audio":
        """The piece as sound: ``"mp3"``, ``"ogg"`` or ``"wav"``; dropped where ``should_stop`` says so.

        An MP3 is handed to ``on_part`` while it is made; see `koe.audio.render`.
        """
        from koe.audio import render

        return render(self.midi(piece), format, should_stop=should_stop, on_part=on_part)

    @heavy("engrave", long=_is_long_score, apart=_is_long_score)
    def score(self, piece: Piece, played: Piece | None = None) -> "Score":
        """The piece as a score: key, spelling, hands, voices and note values found.

        With dynamics, ritardandi and the pedal of ``played``, which is the piece as somebody plays it.
        """
        from koe.scores.engrave import engrave

        return engrave(piece, piece.made_by.credit if piece.made_by else "", played)

    def _score_of(self, piece: "Piece | Score") -> "Score":
        return self.score(piece) if isinstance(piece, Piece) else piece

    @heavy("engrave", long=_is_long_score, apart=_is_long_score)
    def musicxml(self, piece: "Piece | Score") -> str:
        """The score as MusicXML 4.0; here and below, a score that is made already is not made again."""
        from koe.scores.musicxml import musicxml

        return musicxml(self._score_of(piece))

    @heavy("engrave", long=_is_long_score, apart=_is_long_score)
    def score_svg(self, piece: "Piece | Score") -> list[str]:
        """The score engraved for A4, an SVG for each page.

        Raises
        ------
        ScoreError
            If what draws it is not installed.
        """
        from koe.scores.layout import svg_pages

        return svg_pages(self._score_of(piece))

    @heavy("engrave", long=_is_long_score, apart=_is_long_score)
    def score_sheet(self, piece: "Piece | Score") -> str:
        """The same pages one below the other in a single SVG."""
        from koe.scores.layout import svg_sheet

        return svg_sheet(self._score_of(piece))

    @heavy("engrave", long=_is_long_score, apart=_is_long_score)
    def score_on_screen(self, piece: "Piece | Score", ink: str, *, narrow: bool = False) -> list[str]:
        """The score engraved for a screen, without its title, in pages that a laptop or (``narrow``) a phone shows.

        Raises
        ------
        ScoreError
            If what draws it is not installed.
        """
        from koe.scores.layout import PHONE, SCREEN, svg_pages

        return svg_pages(self._score_of(piece), PHONE if narrow else SCREEN, ink)

    @heavy("engrave", long=True, apart=_is_long_score)
    def score_pdf(self, piece: "Piece | Score") -> bytes:
        """The score as PDF on A4.

        Raises
        ------
        ScoreError
            If what draws it is not installed.
        """
        from koe.scores.pdf import pdf

        return pdf(self._score_of(piece))

    @light("engrave")
    def worksheet_pdf(self, worksheet: "Worksheet") -> bytes:
        """A sheet for a class as PDF on A4.

        Raises
        ------
        ScoreError
            If what sets it is not installed.
        """
        from koe.scores.worksheet import worksheet_pdf

        return worksheet_pdf(worksheet)

    def unprintable(self, title: str) -> str:
        """The letters of a title that no font here has, each once; see `koe.scores.fonts`."""
        from koe.scores.fonts import unprintable

        return unprintable(title)

    def what_pdf_lacks(self, title: str) -> str:
        """A sentence about what of a title cannot be printed; empty where all of it can."""
        from koe.scores.fonts import what_pdf_lacks

        return what_pdf_lacks(title)

    @heavy("draw")
    def pianoroll_svg(self, piece: Piece, made_from: int | None = None) -> str:
        """The pianoroll as a picture; notes from step ``made_from`` on are drawn as a network's."""
        from koe.scores.roll import roll_svg

        return roll_svg(piece, made_from)

    @heavy("draw")
    def pianoroll_png(self, piece: Piece, made_from: int | None = None) -> bytes:
        """The same picture as PNG."""
        from koe.scores.roll import roll_png

        return roll_png(piece, made_from)

    @heavy("bundle", long=True)
    def bundle(
        self,
        piece: Piece,
        made_from: int | None = None,
        *,
        sound: bool = True,
        played: Piece | None = None,
        marks: bool = False,
        max_wav_sec: float = MAX_AUDIO_SEC,
        progress: Progress | None = None,
        should_stop: ShouldStop | None = None,
    ) -> bytes:
        """Every format in one ZIP archive, with a readme that says how the piece was made.

        What cannot be made, such as the sound of a piece that is too long, is
        left out, and the readme says why.

        Parameters
        ----------
        piece : Piece
        made_from : int, optional
            Step from which on a network wrote it.
        sound : bool
            Whether the sound goes in too.
        played : Piece, optional
            The piece as a pianist plays it: as MIDI beside the written one, and what the sound is of.
        marks : bool
            Whether the score says how it is played.
        max_wav_sec : float
            How long a piece may be for a WAV file, which takes 10 MB a minute.
        progress, should_stop : callable, optional
            Called before each file of `PARTS`, a stop also while the sound is made; it raises `Cancelled`.
        """
        stem = file_stem(piece.title)
        makers = self._makers(piece, stem, made_from, sound, should_stop, played, marks)
        files: dict[str, bytes] = {}
        missing: dict[str, str] = {}
        heard: Audio | None = None
        for done, (kind, make) in enumerate(makers.items()):
            if should_stop is not None and should_stop():
                raise Cancelled("Stopped before the archive was complete.")
            if progress is not None:
                progress(done, len(makers))
            if kind == "wav" and (played or piece).duration_sec > max_wav_sec:
                missing[kind] = f"WAV files are made of pieces up to {max_wav_sec / 60:g} minutes long."
                continue
            try:
                made = make()
            except (AudioError, ScoreError) as error:
                missing[kind] = str(error)
                continue
            if isinstance(made, dict):
                files |= made
            else:
                heard = made
                files[f"{stem}.{kind}"] = made.data
        files = {README: self._readme(piece, files, missing, heard).encode(), **files}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                entry = zipfile.ZipInfo(name, _EPOCH)
                entry.external_attr = 0o644 << 16
                # Compressed sound does not grow smaller; trying would take as long as making it.
                packed = name.endswith((".mp3", ".ogg", ".png"))
                entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)
        if progress is not None:
            progress(len(makers), len(makers))
        return buffer.getvalue()

    def _makers(
        self,
        piece: Piece,
        stem: str,
        made_from: int | None,
        sound: bool,
        should_stop: ShouldStop | None,
        played: Piece | None = None,
        marks: bool = False,
    ) -> "dict[str, Callable[[], dict[str, bytes] | Audio]]":
        """What makes each part of an archive: files by name, or a sound."""

        @cache
        def score() -> "Score":
            return self.score(piece, played if marks else None)

        def midi() -> dict[str, bytes]:
            either_way = {f"{stem}.mid": piece} | ({f"{stem}-{PLAYED}.mid": played} if played else {})
            return {name: self.midi(one) for name, one in either_way.items()}

        def score_pages() -> dict[str, bytes]:
            pages = self.score_svg(score())
            names = [f"{stem}.svg"] if len(pages) == 1 else [f"{stem}-{n}.svg" for n in range(1, len(pages) + 1)]
            return {name: page.encode() for name, page in zip(names, pages, strict=True)}

        makers: dict[str, Callable[[], dict[str, bytes] | Audio]] = {
            "mid": midi,
            "musicxml": lambda: {f"{stem}.musicxml": self.musicxml(score()).encode()},
            "pdf": lambda: {f"{stem}.pdf": self.score_pdf(score())},
            "svg": score_pages,
            "pianoroll.svg": lambda: {f"{stem}-pianoroll.svg": self.pianoroll_svg(piece, made_from).encode()},
            "pianoroll.png": lambda: {f"{stem}-pianoroll.png": self.pianoroll_png(piece, made_from)},
            "txt": lambda: {f"{stem}.txt": self.text(piece).encode()},
        }
        for format in SOUNDS if sound else ():
            makers[format] = lambda format=format: self.render(played or piece, format, should_stop=should_stop)  # type: ignore[misc]
        return makers

    def _readme(self, piece: Piece, files: dict[str, bytes], missing: dict[str, str], heard: "Audio | None") -> str:
        """How the piece was made, what the archive holds, and whose the parts are."""
        lines = [piece.title or "Untitled piece", ""]
        lines += ["How it was made", *self._making(piece), ""]
        from koe.music.text import what_text_moves

        lines += ["Files", *(f"  {name}: {_described(name)}" for name in files)]
        moved = what_text_moves(piece)
        lines += [f"  {moved}"] if moved else []
        lacking = self.what_pdf_lacks(piece.title) if "pdf" not in missing else ""
        lines += [f"  {lacking}"] if lacking else []
        lines += [f"  without {kind}: {reason}" for kind, reason in missing.items()]
        lines.append("")
        if heard is not None:
            by = f"{heard.engine} with the soundfont {heard.soundfont}" if heard.soundfont else heard.engine
            licence = _SOUNDFONTS.get(heard.soundfont, "")
            lines += ["Sound", f"  Played by {by}.{licence}", ""]
        return "\n".join([*lines, _LICENCES])

    def _making(self, piece: Piece) -> Iterator[str]:
        making = piece.made_by
        if making is None:
            yield "  By no network, or it is not known by which: a piece that was opened in Koe."
        else:
            yield f"  Network: {making.model.upper()}"
            if making.seed is not None:
                yield f"  Seed: {making.seed}"
            yield from (f"  {name}: {value}" for name, value in making.settings)
            try:
                yield f"  SHA-256 of the weights: {self.registry.card(making.model).weights_sha256}"
            except ModelError:
                yield "  The weights are no longer at hand, so their hash is not known."
        yield f"  {len(piece.notes)} notes, {piece.n_measures} measures, {_metre(piece)}, {_tempo(piece)}"
        if piece.pedal:
            yield "  The sustain pedal is in the MIDI file and in the sound."
        yield f"  Koe {__version__}"


# Of a file's name: what names of 255 bytes leave to endings, and to the number that a browser adds.
MAX_STEM, MAX_STEM_BYTES = 80, 200
_ACCIDENTALS = {"sharp": "#♯", "flat": "♭"}
_LATIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}  # not letter and accent
# Windows keeps these names for devices.
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))}


def file_stem(title: str) -> str:
    """A file name that every system takes, made from a title in any script.

    Latin letters lose their accents; those of other scripts stay as they are.

    Examples
    --------
    >>> file_stem("Für Elise, continued by LSTM1")
    'fur-elise-continued-by-lstm1'
    >>> file_stem("Prelude in C♯ minor")
    'prelude-in-c-sharp-minor'
    """
    for name, sign in _ACCIDENTALS.items():
        title = re.sub(rf"(?<!\w)([A-Ga-g])\s?[{sign}](?!\w)", rf"\1 {name} ", title)
    letters = "".join(_LATIN.get(letter, letter) for letter in unicodedata.normalize("NFKC", title).casefold())
    # A mark is an accent over a Latin letter; in other scripts it is part of a syllable.
    plain = re.sub(r"([a-z])[\u0300-\u036f]+", r"\1", unicodedata.normalize("NFD", letters))
    kept = (one if unicodedata.category(one)[0] in "LMN" else "-" for one in unicodedata.normalize("NFC", plain))
    stem = re.sub(r"-+", "-", "".join(kept)).strip("-")[:MAX_STEM]
    stem = stem.encode()[:MAX_STEM_BYTES].decode(errors="ignore").strip("-")
    return f"koe-{stem}" if stem in _RESERVED else stem or "koe-piece"


def _metre(piece: Piece) -> str:
    """The first metre, and whether others and an upbeat are there."""
    upbeat = " with an upbeat" if piece.upbeat else ""
    others = len(piece.time_signatures) - 1
    changes = f", {others} change{'s' if others > 1 else ''} of metre" if others else ""
    return f"{piece.time_signatures[0]}{upbeat}{changes}"


def _tempo(piece: Piece) -> str:
    """The tempo, or where it changes its average and range."""
    if not piece.n_tempo_changes:
        return f"{piece.qpm:g} quarter notes a minute"
    tempos = [tempo.qpm for tempo in piece.tempos]
    free = ", played freely" if piece.beats_estimated else ""
    return f"{piece.qpm:.0f} quarter notes a minute on average{free} ({min(tempos):.0f} to {max(tempos):.0f})"


_DESCRIPTIONS = {
    "-pianoroll.svg": "the pianoroll, for drawing programs",
    "-pianoroll.png": "the pianoroll, as a picture",
    f"-{PLAYED}.mid": "MIDI, as the pianist plays it: loudness, lengths, tempo and pedal",
    ".mid": "MIDI, for notation programs and keyboards",
    ".musicxml": "the score, for notation programs",
    ".pdf": "the score, for printing",
    ".svg": "the score, a page a file, for drawing programs",
    ".txt": "text, a word for each sixteenth, as the paper's networks read it: without tempo, loudness and pedal",
    ".mp3": "sound, small, plays everywhere",
    ".ogg": "sound, small and free",
    ".wav": "sound, uncompressed",
}


def _described(name: str) -> str:
    return next(words for ending, words in _DESCRIPTIONS.items() if name.endswith(ending))
