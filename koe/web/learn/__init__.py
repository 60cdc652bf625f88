"""The kit of the section *Learn*: pictures that move by themselves, and that hands, keys and ears can get at."""

from koe.web.learn.component import mount_lesson

__all__ = ["mount_lesson"]
