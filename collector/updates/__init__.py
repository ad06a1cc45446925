"""New versions for devices: taken in, offered ring by ring, and what came of them."""
