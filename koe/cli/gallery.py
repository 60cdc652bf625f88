"""Commands for who runs a gallery."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from koe.errors import InputError
from koe.settings import gallery_url

if TYPE_CHECKING:
    from koe.gallery import Gallery

ABOUT = """\
The gallery is that of KOE_DATABASE_URL or KOE_GALLERY, or else the file where this user's app keeps it. All of this may
be done while the app runs.
"""


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    command = commands.add_parser("gallery", help="export, import, hide: for who runs a gallery", description=ABOUT)
    tasks = command.add_subparsers(dest="task", required=True, metavar="TASK")

    task = tasks.add_parser("export", help="write all entries to a file, hidden ones too")
    task.add_argument("file", type=Path, metavar="OUT.jsonl")
    task.set_defaults(run=_export)

    task = tasks.add_parser("import", help="take in the entries of such a file that are not there yet, or none of them")
    task.add_argument("file", type=Path, metavar="IN.jsonl")
    task.set_defaults(run=_import)

    task = tasks.add_parser("list", help="the newest entries")
    task.add_argument("--hidden", action="store_true", help="those that are hidden")
    task.add_argument("--after", default="", help="where the list before ended")
    task.set_defaults(run=_list)

    for name, hidden, about in (
        ("hide", True, "take an entry out of everybody's sight"),
        ("show", False, "let it be seen again"),
    ):
        task = tasks.add_parser(name, help=about)
        task.add_argument("id", metavar="ID", help="what stands after /g/ in its address")
        task.set_defaults(run=_hide, hidden=hidden)


def _gallery() -> "Gallery":
    from koe.gallery import Gallery

    url = gallery_url()
    if not url:
        raise InputError("There is no gallery: KOE_GALLERY is off.")
    return Gallery.open(url)


def _export(options: argparse.Namespace) -> dict[str, Any]:
    from koe.gallery.transfer import write_all

    # An export that was broken off does not take the place of one that is whole.
    part = options.file.with_name(f"{options.file.name}.part")
    with _gallery() as gallery, part.open("wb") as file:
        n_entries = write_all(gallery, file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(options.file)
    return {"entries": n_entries, "file": str(options.file)}


def _import(options: argparse.Namespace) -> dict[str, Any]:
    from koe.gallery.transfer import read_all

    with _gallery() as gallery, options.file.open("rb") as file:
        n_new, n_known = read_all(gallery, file)
    return {"new": n_new, "known": n_known}


def _list(options: argparse.Namespace) -> dict[str, Any]:
    with _gallery() as gallery:
        page = gallery.page("newest", options.after, 50, hidden=options.hidden)
    entries = [
        {"id": one.id, "title": one.title, "created": one.created.isoformat(timespec="seconds"), "likes": one.n_likes}
        for one in page.entries
    ]
    return {"entries": entries, "after": page.after}


def _hide(options: argparse.Namespace) -> dict[str, Any]:
    with _gallery() as gallery:
        gallery.hide(options.id, options.hidden)
    return {"id": options.id, "hidden": options.hidden}
