"""Whether a model can be led: how often what was asked for is found in what it composed.

For each kind of wish a number of pieces are composed, each asked for one of a
few things and nothing else but its length. A finder
(`koe.experiments.composing.finders`) then says what it hears. Beside that stand
chance, how often the same answers in any other order would be right; and real
pieces of the split, how often the finder finds what is known of them.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koe.corpus.store import Corpus
from koe.evaluation.noted import Noted, noted_piece
from koe.experiments.composing import finders
from koe.experiments.composing.finders import METRES, Finder, Learned
from koe.experiments.composing.pieces import Composed, Job, jobs_of, with_wish, write_pieces
from koe.experiments.composing.whole import share
from koe.generation.plans import Plans
from koe.generation.wishes import LEVELS, TEMPO_CLASSES, Wishes
from koe.models.interfaces import Composer
from koe.music.piece import Piece
from koe.progress import Progress

FORMS = ("A A B A", "A B A", "A B A C", "A B C A", "A A B B")
KEYS = tuple(f"{tonic} {mode}" for tonic in finders.TONICS for mode in ("major", "minor"))
COMPOSER, KEY, METRE, DENSITY, REGISTER, TEMPO, FORM = KINDS = (
    *("composer", "key", "metre", "density", "register", "tempo", "form"),
)
_NAMED = re.compile(r"\b([A-G])[ -]?(sharp|flat|#|♯|b|♭)?[ -]+(major|minor)\b", re.IGNORECASE)
LEARNED = (COMPOSER, METRE, TEMPO)


@dataclass(frozen=True)
class Asked:
    """What can be asked for of one kind, how it is found, and what is known of a real piece (None: nothing)."""

    values: tuple[str, ...]
    find: Callable[[Noted, str], str]
    known: Callable[[Piece, str], str | None]
    wanted: Callable[[str], str] = lambda value: value


def kinds_of(learned: Learned | None, n_measures: int) -> dict[str, Asked]:
    """All kinds of wishes; those that are found by what was learned only where that is given."""

    def by(find: Finder) -> Callable[[Noted, str], str]:
        return lambda piece, asked: find(piece)

    def of_notes(find: Finder) -> Callable[[Piece, str], str | None]:
        return lambda piece, composer: find(noted_piece(piece, ""))

    kinds = {
        KEY: Asked(KEYS, by(finders.key), lambda piece, composer: titled_key(piece.title)),
        DENSITY: Asked(tuple(LEVELS), by(finders.density), of_notes(finders.density)),
        REGISTER: Asked(tuple(LEVELS), by(finders.register), of_notes(finders.register)),
        FORM: Asked(
            FORMS,
            lambda piece, asked: finders.form(piece, asked, n_measures),
            lambda piece, composer: None,
            finders.letters_of,
        ),
    }
    if learned:
        kinds[COMPOSER] = Asked(
            learned.composers,
            by(learned.composer),
            lambda piece, composer: composer if composer in learned.composers else None,
        )
        kinds[METRE] = Asked(METRES, by(learned.metre), lambda piece, composer: _metre(piece))
        kinds[TEMPO] = Asked(
            tuple(TEMPO_CLASSES), by(learned.tempo), lambda piece, composer: finders.tempo_class(piece.qpm)
        )
    return {name: kinds[name] for name in KINDS if name in kinds}


def titled_key(title: str) -> str | None:
    """The key that a title names, if it names one with its mode.

    Key signatures of files are no yardstick: most say major whatever the piece is in.

    Examples
    --------
    >>> titled_key("Sonata in B-flat major, K. 333"), titled_key("Nocturne")
    ('Bb major', None)
    """
    named = _NAMED.search(title)
    if not named:
        return None
    tonic, accidental, mode = (part or "" for part in named.groups())
    sharp = {"": 0, "sharp": 1, "#": 1, "♯": 1, "flat": -1, "b": -1, "♭": -1}[accidental.lower()]
    number = ({"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[tonic.upper()] + sharp) % 12
    return f"{finders.TONICS[number]} {mode.lower()}"


def _metre(piece: Piece) -> str | None:
    metre = f"{piece.time_signatures[0].numerator}/{piece.time_signatures[0].denominator}"
    return metre if metre in METRES else None


def jobs_for(kind: str, asked: Asked, n: int, wishes: Wishes, seed: int) -> list[Job]:
    """Pieces of one kind, what is asked for taken in turn."""
    return jobs_of(kind, [with_wish(wishes, {kind: value}) for value in asked.values], n, seed)


def measure_led(kind: str, asked: Asked, composed: Sequence[Composed]) -> dict[str, Any]:
    """How often what was asked for is found.

    Returns
    -------
    report : dict
        ``found``, a share with its interval; ``chance``; ``by_value``: for
        each that was asked for, what was found how often.
    """
    pairs = []
    for one in composed:
        value = getattr(one.job.wishes, kind)
        heard = asked.find(noted_piece(one.piece, ""), value) if one.piece.notes else "nothing"
        pairs.append((asked.wanted(value), heard))
    chance = _chance_of_forms(asked, composed) if kind == FORM else chance_of(pairs)
    return {
        "found": share(sum(wanted == heard for wanted, heard in pairs), len(pairs)),
        "chance": chance,
        "by_value": _table(pairs),
    }


def chance_of(pairs: Sequence[tuple[str, str]]) -> float:
    """How often the same answers would be right in a random order."""
    wanted, heard = ([pair[side] for pair in pairs] for side in (0, 1))
    n = max(len(pairs), 1)
    return float(sum(wanted.count(value) * heard.count(value) for value in set(wanted)) / n**2)


def _chance_of_forms(asked: Asked, composed: Sequence[Composed]) -> float:
    """How often a form is found in pieces that were asked for another one."""
    hits = n = 0
    for one in composed:
        piece = noted_piece(one.piece, "")
        for other in asked.values:
            if one.piece.notes and other != one.job.wishes.form:
                n += 1
                hits += asked.find(piece, other) == asked.wanted(other)
    return hits / max(n, 1)


def real_beside(kind: str, asked: Asked, corpus: Corpus, split: str, n_measures: int) -> dict[str, Any] | None:
    """How often a finder is right about real pieces; for forms, how often real pieces have one of those asked for."""
    pairs = []
    for entry in corpus.split(split):
        if not entry.n_notes:
            continue
        whole = corpus.piece(entry)
        piece = noted_piece(whole, entry.work)
        if kind == FORM:
            if len(piece.starts) >= n_measures // 2:
                pairs += [
                    (asked.wanted(value), finders.form(piece, value, len(piece.starts))) for value in asked.values
                ]
            continue
        known = asked.known(whole, entry.composer)
        if known in asked.values:
            pairs.append((known, asked.find(piece.first_measures(finders.LEARNED_MEASURES), known)))
    if not pairs:
        return None
    return {"found": share(sum(wanted == heard for wanted, heard in pairs), len(pairs)), "chance": chance_of(pairs)}


def _table(pairs: Sequence[tuple[str, str]]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for wanted, heard in pairs:
        row = table.setdefault(wanted, {})
        row[heard] = row.get(heard, 0) + 1
    return {wanted: dict(sorted(row.items(), key=lambda item: -item[1])) for wanted, row in sorted(table.items())}


def benchmark_leading(
    model: Composer,
    weights_sha256: str,
    corpus: Corpus,
    folder: Path,
    *,
    split: str = "test",
    kinds: Sequence[str] = KINDS,
    n_pieces: int = 100,
    wishes: Wishes | None = None,
    seed: int = 0,
    at_once: int = 1,
    plans: Plans | None = None,
    progress: Progress | None = None,
) -> Mapping[str, dict[str, Any]]:
    """Ask for things and see whether they come.

    Parameters
    ----------
    model, weights_sha256, folder, at_once, plans
        See `koe.experiments.composing.pieces.write_pieces`.
    corpus : Corpus
        Its train split teaches finders, ``split`` is the yardstick.
    split : str
    kinds : sequence of str
        Of `KINDS`.
    n_pieces : int
        Of each kind.
    wishes : Wishes, optional
        What all pieces have in common; 16 measures unless given.
    seed : int
    progress : callable, optional
        Called with pieces done and pieces in all, kind by kind.

    Returns
    -------
    report : dict
        By kind: all of `measure_led`, and ``real``, see `real_beside`.
    """
    wishes = wishes or Wishes(measures=16)
    learned = Learned(corpus, list(model.composers), progress) if set(kinds) & set(LEARNED) else None
    able = kinds_of(learned, wishes.measures)
    report = {}
    for kind in kinds:
        jobs = jobs_for(kind, able[kind], n_pieces, wishes, seed)
        composed = write_pieces(model, weights_sha256, jobs, folder / kind, at_once, plans, progress)
        report[kind] = {
            **measure_led(kind, able[kind], composed),
            "real": real_beside(kind, able[kind], corpus, split, wishes.measures),
        }
    return report
