"""What a sheet for a class is made of; `Studio.worksheet_pdf` prints it."""

from koe.scores.worksheet import Task, Worksheet

__all__ = ["Task", "Worksheet"]
