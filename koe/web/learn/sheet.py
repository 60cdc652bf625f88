"""The tour on paper: a sheet for a class, of the same words as the page."""

from koe.studio.worksheets import Task, Worksheet
from koe.web.learn.tour import STEPS
from koe.web.texts import pages
from koe.web.texts import tour as texts
from koe.web.texts.language import language


def worksheet(address: str = "") -> Worksheet:
    """All steps of the tour in the visitor's language.

    Parameters
    ----------
    address : str
        Of the tour; empty where only this computer can open it.
    """
    return Worksheet(
        title=texts.TOUR_TITLE,
        lead=texts.TOUR_LEAD.strip("*"),
        language=language(),
        head=(texts.SHEET_NAME, texts.SHEET_DATE),
        tasks=tuple(_task(name) for name in STEPS),
        expect=texts.TOUR_EXPECT,
        because=texts.SHEET_BECAUSE,
        seen=texts.SHEET_SEEN,
        answers=texts.SHEET_ANSWERS,
        answers_lead=texts.SHEET_ANSWERS_LEAD,
        address=address,
    )


def _task(name: str) -> Task:
    step = STEPS[name]
    title, what, choices, why = texts.TOUR_STEPS[name]
    where = f"{pages.PAGES[step.page]}, {texts.TOUR_MINUTES.format(minutes=step.minutes)}"
    return Task(title, where, what, tuple(choices), step.right, why)
