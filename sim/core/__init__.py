"""What everything else rests on: errors, units, distributions, the order of events, addressed random streams,
files that survive.

Nothing here knows of borders, scenarios or runs.
"""

from __future__ import annotations

import logging

LOGGER = logging.getLogger("borderflow")
"""Where the library says what a caller may want to know and need not.

Silent unless the caller configures it, as `logging.basicConfig(level="INFO")` does."""
LOGGER.addHandler(logging.NullHandler())
