"""The uplink: a process of its own that carries the journal up and the directory down."""
