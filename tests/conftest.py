"""How thorough the laws are tried: a few random worlds in the fast suite, more where
HYPOTHESIS_PROFILE=thorough, most where it is long."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("fast", max_examples=12, **COMMON)
settings.register_profile("thorough", max_examples=30, **COMMON)
settings.register_profile("long", max_examples=200, **COMMON)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))
