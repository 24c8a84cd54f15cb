"""Deliberate mistakes in the model alone, and the tests that must notice them without a second
engine and without digests."""
