"""What the back office says to its devices: articles, keys, staff, settings, as a stream."""
