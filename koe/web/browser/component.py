"""A component that runs in the browser, put together from its files without a build step."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

_HERE = Path(__file__).parent


def component(
    name: str, folder: Path, scripts: Sequence[str], *, html: str = "", style: str = ""
) -> Callable[..., Any]:
    """Declare a component; once in a process, so that callers keep what they get.

    Streamlit takes one script as a string, so nothing is built, and nothing is
    fetched from outside: the scripts become one module, with ``base.js`` in
    front of them, and a style stands behind ``base.css``.

    Parameters
    ----------
    name : str
        By which Streamlit knows it.
    folder : Path
        Where its files lie.
    scripts : sequence of str
        Names of files; the last one exports what Streamlit calls.
    html, style : str
        Names of files, of those that it has.
    """

    def joined(shared: str, names: Sequence[str]) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in (_HERE / shared, *(folder / one for one in names)))

    return st.components.v2.component(
        name,
        html=(folder / html).read_text(encoding="utf-8") if html else None,
        css=joined("base.css", [style]) if style else None,
        js=joined("base.js", scripts),
    )
