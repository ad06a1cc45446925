"""The device's databases beside the journal: what is going on now, and what the back office says."""
