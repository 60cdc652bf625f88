"""Where a page under test finds the queued studio that its test has made."""

from typing import Any

studio: Any = None
