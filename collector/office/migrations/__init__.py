"""The shape of the office's tables through time."""
