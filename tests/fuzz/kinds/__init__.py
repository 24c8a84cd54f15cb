"""The kinds of files that are mutated, one module each or for several that are alike."""
