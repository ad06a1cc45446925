"""The desk of a device that nobody has let in yet: it shows who it is and takes the code."""
