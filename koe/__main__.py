"""``python -m koe``, which is the command ``koe``."""

import sys

from koe.cli import main

sys.exit(main())
