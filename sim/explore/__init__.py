"""Many scenarios: plans, sweeps, which assumption matters, where a conclusion breaks,
how many runs are enough."""
