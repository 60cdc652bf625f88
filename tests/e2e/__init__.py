"""Koe as a visitor meets it: the real app, its models and its sound, in a real browser.

A package, so that one server and one browser serve all its tests and end
with the last of them.
"""
