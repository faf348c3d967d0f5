"""Run the command line with ``python -m strategic``."""

import sys

from strategic.cli import main

sys.exit(main())
