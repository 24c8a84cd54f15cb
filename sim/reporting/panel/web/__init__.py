"""The panel as a web page of this machine: Voila behind a gate, one kernel a visitor."""
