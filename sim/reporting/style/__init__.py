"""What all figures share: descriptions of panels, the page that lays them out, bins of time, colours and
line styles, the lever calendar, the human strip, files."""
