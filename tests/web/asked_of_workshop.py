"""Where a page under test finds the workshop that its test has made."""

from typing import Any

studio: Any = None
