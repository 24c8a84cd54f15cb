"""The model against theory and against the record: verification, validation, hypotheses,
and whole studies of a border."""
