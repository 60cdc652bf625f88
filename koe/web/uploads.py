"""Files from visitors: any may come, and Koe itself says what is wrong with one.

Streamlit's own check of names speaks English alone, names the browser's type
of the file, which is often empty, and ends every run of a page on some names.
So no uploader of a page names types, and what a file is its content says.
"""

MAX_NAME_CHARS = 200

# How browsers send these characters of a name (HTML Standard, "multipart form data"), and nothing else that way.
_SENT_AS = {"%22": '"', "%0D": "\r", "%0A": "\n"}


def file_name(sent: str) -> str:
    """A file's name as its owner sees it: on one line, printable, and not longer than a name needs to be.

    Of a long name the end is kept as well, which says what sort of file it is.
    """
    for code, sign in _SENT_AS.items():
        sent = sent.replace(code, sign)
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in sent).split())
    if len(name) <= MAX_NAME_CHARS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        return name[:MAX_NAME_CHARS]
    return stem[: MAX_NAME_CHARS - len(ending) - 1] + dot + ending
