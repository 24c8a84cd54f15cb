"""The compiled engine as it was written by hand before the model was translated: a third witness for one release, in plain Python."""
