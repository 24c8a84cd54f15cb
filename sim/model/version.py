"""The version of the model: raised by hand whenever the same scenario and seed give another log."""

MODEL_VERSION = 2
