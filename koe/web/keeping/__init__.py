"""Keeping what a visitor made: links, project files, the browser's memory, undo and redo."""
