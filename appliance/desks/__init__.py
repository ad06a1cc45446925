"""The desks: one folder for each counter Balie can be."""
