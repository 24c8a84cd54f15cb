"""What all figures share: the page, bins of time, colours and dashes, strokes and bands, the lever calendar,
the human strip, files."""
