"""The command that composes whole pieces."""

import argparse
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from koe.cli.arguments import from_one, midi_file, new_studio, write_file

if TYPE_CHECKING:
    from koe.generation.wishes import Wishes
    from koe.music.piece import Piece


def add_commands(commands: Any) -> None:
    """Add this command to the parser."""
    command = commands.add_parser("compose", help="compose a whole piece")
    command.add_argument("--measures", type=from_one, help="about how many (default: 32)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--composer", metavar="NAME", help="in whose manner; a wrong name lists those that are known")
    command.add_argument("--key", help='such as "A minor"')
    command.add_argument("--metre", default="4/4", help="such as 3/4")
    command.add_argument("--tempo", choices=("slow", "medium", "fast"))
    command.add_argument("--density", choices=("low", "medium", "high"), help="how many notes")
    command.add_argument("--register", choices=("low", "medium", "high"), help="how high they lie")
    command.add_argument("--form", help='such as "A A\' B A": what comes back, with a dash where it is varied')
    command.add_argument("--model", help="default: the first that composes; tr1")
    command.add_argument("-o", "--output", type=midi_file, metavar="OUT.mid", help="default: none is written")
    command.set_defaults(run=_compose)


def _compose(options: argparse.Namespace) -> dict[str, Any]:
    from koe.generation.wishes import DEFAULT_MEASURES, Wishes

    wishes = Wishes(
        options.measures or DEFAULT_MEASURES,
        options.key,
        options.metre,
        options.tempo,
        options.density,
        options.register,
        options.composer,
        options.form,
    )
    studio = new_studio()
    piece = studio.compose_piece(wishes, options.seed, options.model)
    if options.output:
        write_file(options.output, studio.midi(piece))
    return {
        "model": piece.made_by.model if piece.made_by else None,
        "seed": options.seed,
        "file": str(options.output) if options.output else None,
        "asked": asked(wishes),
        "found": found(piece),
        "sections": sections(piece),
    }


def asked(wishes: "Wishes") -> dict[str, Any]:
    """What was wished; what was left open is left out."""
    return {name: value for name, value in asdict(wishes).items() if name in _TOLD and value is not None}


def sections(piece: "Piece") -> list[dict[str, Any]]:
    """What returns in a piece: each section's first measure, counted from 1, its length, letter and transposition."""
    from koe.music.form import sections_of

    return [
        {
            "measure": section.first_measure + 1,
            "measures": section.n_measures,
            "label": section.label,
            "semitones": section.shift,
        }
        for section in sections_of(piece)
    ]


def found(piece: "Piece") -> dict[str, Any]:
    """What measures find in a piece of what can be wished; a composer is nothing that they find."""
    import numpy as np

    from koe.generation.going_on import rows_of
    from koe.generation.wishes import LEVELS, TEMPO_CLASSES, key_name
    from koe.models.tr1_interface import DENSITIES, REGISTERS, TEMPOS, class_of
    from koe.music.tonality import key_class_of

    rows = rows_of(piece)
    notes_a_quarter = len(rows) * 24 / max(piece.n_ticks, 1)
    levels, tempos = ({number: name for name, number in table.items()} for table in (LEVELS, TEMPO_CLASSES))
    known = Counter(str(signature) for signature in piece.time_signatures)
    return {
        "measures": piece.n_measures,
        "seconds": round(piece.duration_sec, 1),
        "notes": len(rows),
        "key": key_name(key_class_of(rows)) if len(rows) else None,
        "metre": known.most_common(1)[0][0],
        "tempo": tempos[int(class_of(piece.qpm, TEMPOS))],
        "qpm": round(piece.qpm, 1),
        "density": levels[int(class_of(notes_a_quarter, DENSITIES))],
        "notes_a_quarter": round(notes_a_quarter, 2),
        "register": levels[int(class_of(float(np.mean(rows[:, 2])), REGISTERS))] if len(rows) else None,
    }


_TOLD = ("measures", "key", "metre", "tempo", "density", "register", "composer", "form")
