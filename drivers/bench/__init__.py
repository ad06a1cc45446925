"""The virtual bench: a process that stands in for the things at the counter."""
