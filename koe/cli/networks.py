"""Commands for the models: their cards, training, export."""

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

from koe.cli.arguments import from_one, new_studio
from koe.errors import InputError


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("models", help="list the models' cards")
    command.set_defaults(run=_models)

    command = commands.add_parser("train", help="train a model")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--recipe", choices=("best", "paper"), default="best")
    command.add_argument("--epochs", type=int)
    command.add_argument("--minutes", type=float, help="stop after the epoch that is running then")
    command.add_argument("--seed", type=int)
    command.add_argument("--resume", action="store_true", help="go on from the last epoch")
    command.add_argument(
        "--cooldown", type=from_one, metavar="N", help="with --resume: finish within N more epochs (TR1, PN1: updates)"
    )
    command.add_argument("--updates", type=from_one, metavar="N", help="PN1: stop after so many in all")
    command.add_argument(
        "--keep-at",
        type=int,
        nargs="+",
        default=[],
        metavar="N",
        help="PN1: keep the weights after so many updates, 0 for before training, for `koe export --record`",
    )
    command.add_argument(
        "--set",
        action="append",
        default=[],
        type=_setting,
        metavar="NAME=VALUE",
        dest="settings",
        help="change a value of the recipe, such as batch_size=64; can be repeated",
    )
    command.add_argument("--init", type=Path, metavar="WEIGHTS.npz", help="begin from these weights, not random ones")
    command.add_argument("--precision", choices=("float32", "mixed_bfloat16", "mixed_float16"))
    command.add_argument("--devices", type=from_one, metavar="N", help="share each batch among N GPUs (Keras on JAX)")
    command.add_argument(
        "--keep-every", type=from_one, default=1, metavar="N", help="epochs between two kept pieces (default: 1)"
    )
    command.add_argument("-o", "--output", type=Path, metavar="DIR", help="default: runs/MODEL")
    command.set_defaults(run=_train)

    command = commands.add_parser("export", help="make a finished run ready for the app")
    command.add_argument("model")
    command.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    command.add_argument("--run", type=Path, metavar="DIR", dest="folder", help="default: runs/MODEL")
    command.add_argument("--texts", type=Path, metavar="JSON", help="name of the corpus, licence, attribution")
    command.add_argument(
        "--record",
        action="store_true",
        help="PN1: write only what is shown of its training, from weights kept along the way; those in the folder stay",
    )
    command.add_argument("-o", "--output", type=Path, required=True, metavar="DIR", help="such as assets/models")
    command.set_defaults(run=_export)


def _models(options: argparse.Namespace) -> list[dict[str, Any]]:
    return [card.to_dict() for card in new_studio().models()]


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is no setting; write NAME=VALUE, such as batch_size=64")
    return name.strip(), value.strip()


def _train(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.models.architecture import AT_ONCE, UPDATES
    from koe.models.architectures import ARCHITECTURES
    from koe.models.backend import load_backend
    from koe.models.storage import load_arrays
    from koe.training.config import config_for, parse_changes

    if (options.updates or options.keep_at) and options.model != "pn1":
        raise InputError(f"--updates and --keep-at are PN1's; {options.model.upper()} does not know them.")
    training = ARCHITECTURES[options.model].training if options.model in ARCHITECTURES else None
    if options.model == "ae4":
        return _train_led(options)
    if training == UPDATES:
        return _train_by_updates(options)
    changes = parse_changes(dict(options.settings))
    initial = None
    if options.init:
        initial, changes["initial_weights"] = load_arrays(options.init)
    named = {"epochs": options.epochs, "seed": options.seed, "precision": options.precision}
    changes |= {name: value for name, value in named.items() if value is not None}
    config = config_for(options.model, options.recipe, **changes)
    corpus = Corpus(options.corpus)
    folder = options.output or Path("runs") / options.model
    if training == AT_ONCE:
        name = options.model
        raise InputError(f"{name.upper()} is not trained in epochs; `koe export {name}` fits it.")
    load_backend()
    from koe.training.devices import share_among
    from koe.training.fit import train

    if options.devices:
        early = config.early_batch_size if config.early_epochs else 0
        share_among(options.devices, math.gcd(config.batch_size, early))
    best = train(
        config,
        corpus,
        folder,
        options.minutes,
        options.resume,
        options.cooldown,
        initial,
        options.keep_every,
        report=lambda line: print(line, file=sys.stderr, flush=True),
    )
    return {"model": options.model, "best": str(best), "history": str(folder / "history.csv")}


def _train_led(options: argparse.Namespace) -> dict[str, Any]:
    """AE4 begins with the weights of AE3 and LSTM2; its two parts can be trained side by side."""
    from dataclasses import fields, replace

    from koe.corpus.store import Corpus
    from koe.models.backend import load_backend
    from koe.models.registry import default_registry
    from koe.models.storage import load_weights

    unknown = {"--minutes": options.minutes, "--init": options.init, "--devices": options.devices}
    unknown |= {"--resume": options.resume, "--cooldown": options.cooldown, "--epochs": options.epochs}
    unknown |= {"--recipe paper": options.recipe == "paper"}
    if asked := [name for name, value in unknown.items() if value]:
        raise InputError(
            f"AE4 is trained in two parts and does not know {', '.join(asked)}; "
            "--set part=guide or part=cells trains one, --set guide_epochs=N and cells_updates=N say how long."
        )
    load_backend()
    from koe.training.ae4 import PARTS, Recipe, train_ae4

    settings = dict(options.settings)
    parts = (settings.pop("part"),) if "part" in settings else PARTS
    kinds = {field.name: type(getattr(Recipe(), field.name)) for field in fields(Recipe)}
    if wrong := sorted(set(settings) - set(kinds)):
        raise InputError(f"A training of AE4 has no setting {wrong[0]!r}; there are part, {', '.join(kinds)}.")
    try:
        changes: dict[str, Any] = {name: kinds[name](value) for name, value in settings.items()}
    except ValueError:
        raise InputError("A setting of AE4's training is no number; give one such as guide_epochs=7.") from None
    named = {"seed": options.seed, "precision": options.precision}
    changes |= {name: value for name, value in named.items() if value is not None}
    registry = default_registry()
    ae3, lstm2 = (
        load_weights(registry.folder / card.weights, card.weights_sha256) for card in map(registry.card, _BEGUN)
    )
    folder = options.output or Path("runs") / options.model
    run = train_ae4(
        Corpus(options.corpus),
        folder,
        ae3,
        lstm2,
        replace(Recipe(), **changes),
        parts=parts,
        report=lambda line: print(line, file=sys.stderr, flush=True),
    )
    return {"model": options.model, "run": str(run)}


_BEGUN = ("ae3", "lstm2")


def _train_by_updates(options: argparse.Namespace) -> dict[str, Any]:
    """TR1 and PN1 are trained by updates, not epochs, and their windows are prepared beforehand."""
    from koe.corpus.store import Corpus
    from koe.models.backend import load_backend

    unknown = {"--epochs": options.epochs, "--set": options.settings, "--init": options.init}
    unknown |= {"--precision": options.precision and options.model == "pn1"}
    unknown |= {"--devices": options.devices, "--recipe paper": options.recipe == "paper"}
    if asked := [name for name, value in unknown.items() if value]:
        raise InputError(
            f"{options.model.upper()} is trained by updates and does not know {', '.join(asked)}; "
            "--minutes says how long, --resume goes on, --cooldown N ends within N updates."
        )
    corpus = Corpus(options.corpus)
    folder = options.output or Path("runs") / options.model
    load_backend()
    common = (corpus, folder, options.seed or 0, options.minutes, options.resume, options.cooldown)

    def report(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    if options.model == "pn1":
        from koe.training.pn1 import train_pn1

        run = train_pn1(*common, updates=options.updates, keep_at=options.keep_at, report=report)
    else:
        from koe.training.tr1 import train_tr1

        run = train_tr1(*common, options.precision or "float32", report=report)
    return {"model": options.model, "run": str(run), "history": str(folder / "history.csv")}


def _export(options: argparse.Namespace) -> dict[str, Any]:
    from koe.corpus.store import Corpus
    from koe.models.backend import load_backend

    try:
        texts = dict(json.loads(options.texts.read_text("utf-8"))) if options.texts else {}
    except (ValueError, TypeError):
        raise InputError(f"{options.texts} is no JSON object with name, licence and attribution.") from None
    corpus = Corpus(options.corpus)
    run = options.folder or Path("runs") / options.model
    if options.record:
        if options.model != "pn1":
            raise InputError("Of a training by epochs the record is exported with the weights; leave out --record.")
        from koe.training.pn1_record import export_record

        return export_record(options.model, run, corpus, options.output)
    load_backend()
    from koe.training.export import export_model

    return export_model(options.model, run, corpus, options.output, texts).to_dict()
