"""The counter's four sounds, and the program that made them."""
