"""The device's storage card: what is done to it before anything of it is used."""
