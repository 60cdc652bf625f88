"""What a browser shows that came when all places were taken: one sentence, and another try by itself."""

from html import escape

from starlette.requests import Request

from koe.web.texts import pages as texts
from koe.web.texts.language import LANGUAGES, USUAL, in_language, spoken

RETRY_SEC = 30

_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="{seconds}">
<title>Koe</title>
<style>
  :root {{ color-scheme: light dark }}
  body {{ font: 1.1rem/1.5 sans-serif; max-width: 34em; margin: 20vh auto; padding: 0 1.5em }}
</style>
<h1>Koe</h1>
<p>{sentence}</p>
"""


def full_page(request: Request) -> str:
    """The page in the visitor's language."""
    wished = spoken(request)
    language = wished if wished in LANGUAGES else USUAL
    with in_language(language):
        sentence: str = texts.FULL
    return _PAGE.format(language=language, seconds=RETRY_SEC, sentence=escape(sentence))
