"""The cashier's register."""
