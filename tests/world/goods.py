"""What the shop of the tests sells, and who sells it."""

SCANNED = {"3017620422003": 399, "8710400018728": 129, "5449000000996": 95, "8710398502759": 219}
"""Articles with a barcode, and their price in cents."""
TOUCHED = {"BR01": 289, "DET1": 215}
"""Articles with a key on the screen."""
PERSON, PIN = "p1", "2580"
