"""``python -m koe``."""

import sys

from koe.cli import main

sys.exit(main())
