"""The desk that is shown when no other can open: what is wrong, and what to do."""
