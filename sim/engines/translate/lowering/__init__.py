"""Parts and functions said in the compiled dialect: each expression with the kind of its value,
each wait as a call of the engine."""
