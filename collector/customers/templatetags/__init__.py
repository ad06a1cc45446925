"""What the customers' templates say in words."""
