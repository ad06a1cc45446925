"""Balie on the device: the counter people walk up to."""
