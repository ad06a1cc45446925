"""From the broker into the database: what the devices' journals say, checked and acknowledged."""
