"""Run a notebook without Jupyter, and keep what its cells gave.

    python tools/notebook.py docs/koe.ipynb

Cells run one after another in one namespace, in a folder of their own that is
gone afterwards. As in Jupyter, the last line of a cell is shown if it is an
expression: by its ``_repr_svg_`` or ``_repr_html_`` if it has one.
"""

import argparse
import ast
import contextlib
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from pprint import pformat
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

MIME_TYPES = {"_repr_svg_": "image/svg+xml", "_repr_html_": "text/html"}


def run(notebook: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """Run the code cells of a notebook in the current folder.

    Returns
    -------
    outputs : list of list of dict
        Of each code cell, as notebooks keep them.

    Raises
    ------
    Exception
        Whatever a cell raises.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [_run_cell("".join(cell["source"]), namespace, number) for number, cell in enumerate(cells, start=1)]


def _run_cell(source: str, namespace: dict[str, Any], number: int) -> list[dict[str, Any]]:
    tree = ast.parse(source, f"cell {number}")
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed, value = io.StringIO(), None
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, f"cell {number}", "exec"), namespace)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), namespace)
    outputs: list[dict[str, Any]] = []
    if printed.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(printed.getvalue())})
    if value is not None:
        outputs.append(
            {"data": _shown(value), "execution_count": number, "metadata": {}, "output_type": "execute_result"}
        )
    return outputs


def _shown(value: Any) -> dict[str, list[str]]:
    rich = {mime: _lines(getattr(value, name)()) for name, mime in MIME_TYPES.items() if hasattr(value, name)}
    return {
        **rich,
        "text/plain": _lines(f"<{type(value).__name__}>" if rich else pformat(value, width=100, sort_dicts=False)),
    }


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def main() -> None:
    """Run a notebook and write its outputs into it."""
    parser = argparse.ArgumentParser(description="Run a notebook and keep what its cells gave.")
    parser.add_argument("path", type=Path)
    path = parser.parse_args().path.resolve()
    sys.path.insert(0, str(ROOT))
    notebook = json.loads(path.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        outputs = run(notebook)
        os.chdir(ROOT)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, (cell, given) in enumerate(zip(cells, outputs, strict=True), start=1):
        cell["execution_count"], cell["outputs"] = number, given
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
