"""A scenario for readers: in words, what it assumes, how it differs from another,
and the reference made from the schema."""
