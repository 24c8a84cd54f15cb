"""Which number of the schema moves which figure of which small world, and in which direction:
the table and its worlds."""
