"""Commands that make and change music."""

import argparse
import sys
from pathlib import Path
from typing import Any

from koe.cli.arguments import midi_file, new_studio, numbered, open_piece, probability, warn, write_file
from koe.errors import InputError


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser(
        "roll", help="tell what is in a MIDI file or a score; write its sixteenths or the file anew"
    )
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("-o", "--output", type=Path, metavar="OUT.npz|.txt|.mid")
    command.set_defaults(run=_roll)

    command = commands.add_parser("reconstruct", help="send a piece through an autoencoder")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("--model", default="ae1")
    command.add_argument("--measure", type=int, help="only the four measures from this one on (from 1)")
    command.add_argument("--threshold", type=float, help="probability from which a key sounds (default: the model's)")
    command.add_argument("-o", "--output", type=midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_reconstruct)

    command = commands.add_parser("interpolate", help="walk from one piece's latent vector to another's")
    command.add_argument("first", type=Path, metavar="A.mid")
    command.add_argument("second", type=Path, metavar="B.mid")
    command.add_argument("--model", default="ae1")
    command.add_argument("--steps", type=int, default=5, help="segments of four measures, ends included")
    command.add_argument("--measure", type=int, nargs=2, default=(1, 1), metavar=("OF_A", "OF_B"))
    command.add_argument("--threshold", type=float)
    command.add_argument("--writer", metavar="MODEL", help="let this network retell what the model decodes; lstm2")
    command.add_argument("--seed", type=int, default=0, help="of the writer's luck")
    command.add_argument("-o", "--output", type=midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_interpolate)

    command = commands.add_parser("sample", help="four measures from a latent vector, given or drawn")
    command.add_argument("--model", default="ae1")
    command.add_argument("--latent", help="the numbers, separated by commas")
    command.add_argument("--way", choices=("near", "uniform"), default="near", help="how to draw, without --latent")
    command.add_argument("--threshold", type=float)
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("-o", "--output", type=midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_sample)

    command = commands.add_parser("continue", help="let a network go on from a piece, a chord, or silence")
    command.add_argument("input", type=Path, nargs="?", metavar="IN.mid")
    command.add_argument("--chord", help='such as "C4 E4 G4"')
    command.add_argument("--model", help="default: the best that is here, tr1 before lstm2 and lstm1")
    command.add_argument("--steps", type=int, default=256, help="sixteenths to write")
    command.add_argument("--sampling", choices=("toss", "threshold"), default="toss")
    command.add_argument("--temperature", type=float, default=1.0)
    command.add_argument("--threshold", type=float, help="for --sampling threshold (default: 0.15)")
    command.add_argument("--top-p", type=float, default=1.0, help="leave out what is less likely than 1 - P (lstm2)")
    command.add_argument("--density", type=float, default=0.0, help="above 0 more notes, below fewer (lstm2)")
    command.add_argument("--holding", type=float, default=0.0, help="above 0 longer notes, below shorter (lstm2)")
    command.add_argument(
        "--no-guard", action="store_true", help="keep silences, stuck notes and bursts instead of tossing again"
    )
    command.add_argument("--answer", action="store_true", help="bring back, varied, what the piece ends with (tr1)")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--variations", type=int, default=1, help="written to OUT-1.mid, OUT-2.mid and so on")
    command.add_argument("-o", "--output", type=midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_continue)

    command = commands.add_parser("score", help="engrave a piece as a score")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT.musicxml|.svg|.pdf",
        help="pages of SVG: OUT-1.svg and so on",
    )
    command.set_defaults(run=_score)

    command = commands.add_parser("transcribe", help="turn a recording of a piano, or of a voice, into MIDI")
    command.add_argument("input", type=Path, metavar="IN.wav|.mp3|.ogg|.flac")
    command.add_argument(
        "--kind", choices=("piano", "voice"), default="piano", help="voice: a tune, one note at a time"
    )
    command.add_argument("--as-sung", action="store_true", help="leave a deep or high voice where it is")
    command.add_argument("-o", "--output", type=midi_file, required=True, metavar="OUT.mid")
    command.set_defaults(run=_transcribe)

    command = commands.add_parser("perform", help="play a score as a pianist would: loudness, tempo, pedal")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("--seed", type=int, default=0, help="another seed gives another reading")
    command.add_argument("--amount", type=float, default=1.0, help="0 as written, 1 as learned, up to 2 for more")
    command.add_argument("--model", help="default: pn1")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.mid|.mp3|.ogg|.wav")
    command.set_defaults(run=_perform)

    command = commands.add_parser("render", help="turn MIDI into sound")
    command.add_argument("input", type=Path, metavar="IN.mid")
    command.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.wav|.ogg|.mp3")
    command.set_defaults(run=_render)


def _roll(options: argparse.Namespace) -> dict[str, Any]:
    from koe.music.grid import PULSES_PER_TICK
    from koe.music.midi import write_midi
    from koe.music.pianoroll import save_npz
    from koe.music.text import text_from_pianoroll, what_text_moves

    piece = open_piece(options.input)
    if options.output:
        writers = {
            ".npz": lambda: save_npz(piece.pianoroll),
            ".txt": lambda: text_from_pianoroll(piece.pianoroll).encode(),
            ".mid": lambda: write_midi(piece),
        }
        if options.output.suffix.lower() not in writers:
            raise InputError(f"{options.output.name} has no ending that can be written; use .npz, .txt or .mid.")
        write_file(options.output, writers[options.output.suffix.lower()]())
        moved = what_text_moves(piece) if options.output.suffix.lower() != ".mid" else ""
        if moved:
            print(f"koe: {moved.replace('the text', options.output.name)}", file=sys.stderr)
    pitches = [note.pitch for note in piece.notes]
    return {
        "title": piece.title,
        "ticks": piece.n_ticks,
        "steps": piece.n_steps,
        "seconds": round(piece.duration_sec, 3),
        "notes": len(piece.notes),
        "notes_between_sixteenths": piece.n_between_steps,
        "measures": piece.n_measures,
        "upbeat": piece.upbeat,
        "qpm": round(piece.qpm, 3),
        "beats_estimated": piece.beats_estimated,
        "time_signature": str(piece.time_signatures[0]),
        "time_signatures": [{"tick": one.onset, "metre": str(one)} for one in piece.time_signatures],
        "keys": [{"tick": key.onset, "fifths": key.fifths, "mode": key.mode} for key in piece.keys],
        "tempos": [{"tick": one.onset / PULSES_PER_TICK, "qpm": round(one.qpm, 3)} for one in piece.tempos],
        "pedal_changes": len(piece.pedal),
        "lowest": min(pitches, default=None),
        "highest": max(pitches, default=None),
        "dropped_notes": piece.dropped.total,
        "tempo_changes": piece.n_tempo_changes,
        "warnings": list(piece.warnings),
    }


def _reconstruct(options: argparse.Namespace) -> dict[str, float]:
    threshold = probability(options.threshold)
    piece = open_piece(options.input)
    warn(piece)
    studio = new_studio()
    made, metrics = studio.reconstruct_piece(piece, options.model, threshold, options.measure)
    write_file(options.output, studio.midi(made))
    return metrics


def _interpolate(options: argparse.Namespace) -> dict[str, Any]:
    threshold = probability(options.threshold)
    pieces = [open_piece(options.first), open_piece(options.second)]
    studio = new_studio()
    first, second = (studio.segment(piece, measure) for piece, measure in zip(pieces, options.measure, strict=True))
    if options.writer:
        if threshold is not None:
            raise InputError("Both --threshold and --writer came; a writer needs no threshold, so leave one away.")
        made = studio.retell_path(
            first, second, options.model, options.steps, options.seed, writer=options.writer, qpm=pieces[0].qpm
        )
    else:
        made = studio.morph(first, second, options.model, options.steps, threshold, qpm=pieces[0].qpm)
    write_file(options.output, studio.midi(made))
    return {"model": options.model, "segments": options.steps, "steps": made.n_steps, "notes": len(made.notes)}


def _sample(options: argparse.Namespace) -> dict[str, Any]:
    threshold = probability(options.threshold)
    studio = new_studio()
    if options.latent is None:
        latents = studio.sample_latents(options.model, options.seed, options.way)
    else:
        latents = studio.latents_from_text(options.latent, options.model)
    made = studio.piece_from_latents(latents, options.model, threshold)
    write_file(options.output, studio.midi(made))
    return {"model": options.model, "latent": [round(float(value), 6) for value in latents], "notes": len(made.notes)}


def _continue(options: argparse.Namespace) -> dict[str, Any]:
    from koe.models.sampling import DEFAULT_THRESHOLD, Sampling
    from koe.music.notes import chord_from_names

    if options.input and options.chord:
        raise InputError("Both a file and a chord came; give one of them to start from.")
    studio = new_studio()
    threshold = DEFAULT_THRESHOLD if options.threshold is None else options.threshold
    sampling = Sampling(
        options.sampling, options.temperature, threshold, options.top_p, options.density, options.holding
    )
    prompt = open_piece(options.input) if options.input else None
    if options.chord is not None:
        prompt = studio.chord(chord_from_names(options.chord))
    if prompt is not None:
        warn(prompt)
    pieces = studio.continue_piece(
        prompt,
        options.steps,
        options.model,
        sampling,
        options.seed,
        options.variations,
        guard=not options.no_guard,
        answer=options.answer,
    )
    paths = numbered(options.output, len(pieces))
    for path, piece in zip(paths, pieces, strict=True):
        write_file(path, studio.midi(piece))
    return {
        "model": pieces[0].made_by.model if pieces[0].made_by else None,
        "seed": options.seed,
        "files": [str(path) for path in paths],
        "steps": pieces[0].n_steps,
        "notes": [len(piece.notes) for piece in pieces],
    }


def _score(options: argparse.Namespace) -> dict[str, Any]:
    ending = options.output.suffix.lower()
    if ending not in (".musicxml", ".svg", ".pdf"):
        raise InputError(f"{options.output.name} has no ending for a score; use .musicxml, .svg or .pdf.")
    studio = new_studio()
    piece = open_piece(options.input)
    warn(piece)
    score = studio.score(piece)
    if ending == ".musicxml":
        made = [studio.musicxml(score).encode()]
    elif ending == ".pdf":
        made = [studio.score_pdf(score)]
        if lacking := studio.what_pdf_lacks(score.title):
            print(f"koe: {lacking}", file=sys.stderr)
    else:
        made = [page.encode() for page in studio.score_svg(score)]
    paths = numbered(options.output, len(made))
    for path, data in zip(paths, made, strict=True):
        write_file(path, data)
    return {
        "files": [str(path) for path in paths],
        "key": str(score.key),
        "measures": len(score.measures),
        "notes": len(piece.notes),
    }


def _transcribe(options: argparse.Namespace) -> dict[str, Any]:
    from koe.scores.key import find_key

    studio = new_studio()
    piece = studio.transcribe_file(options.input, options.kind, comfortable=not options.as_sung)
    warn(piece)
    write_file(options.output, studio.midi(piece))
    return {
        "kind": options.kind,
        "notes": len(piece.notes),
        "measures": piece.n_measures,
        "qpm": round(piece.qpm, 1),
        "key": str(find_key(piece.notes)),
        "seconds": round(piece.duration_sec, 2),
    }


def _perform(options: argparse.Namespace) -> dict[str, Any]:
    ending = options.output.suffix.lower().removeprefix(".")
    if ending not in ("mid", "midi", "mp3", "ogg", "wav"):
        raise InputError(f"{options.output.name} has no ending for a performance; use .mid, .mp3, .ogg or .wav.")
    studio = new_studio()
    piece = open_piece(options.input)
    warn(piece)
    played = studio.perform(piece, options.seed, options.amount, options.model)
    data = studio.midi(played) if ending in ("mid", "midi") else studio.render(played, ending).data
    write_file(options.output, data)
    velocities = [note.velocity for note in played.notes]
    return {
        "seed": options.seed,
        "amount": options.amount,
        "notes": len(played.notes),
        "seconds": round(played.duration_sec, 2),
        "softest": min(velocities, default=None),
        "loudest": max(velocities, default=None),
        "tempo_changes": played.n_tempo_changes,
        "pedal_changes": len(played.pedal),
    }


def _render(options: argparse.Namespace) -> dict[str, Any]:
    studio = new_studio()
    format = options.output.suffix.lower().removeprefix(".")
    if format not in ("wav", "ogg", "mp3"):
        raise InputError(f"{options.output.name} has no ending for sound; use .wav, .ogg or .mp3.")
    piece = open_piece(options.input)
    warn(piece)
    audio = studio.render(piece, format)
    write_file(options.output, audio.data)
    return {"seconds": round(audio.duration_sec, 2), "engine": audio.engine, "soundfont": audio.soundfont}
