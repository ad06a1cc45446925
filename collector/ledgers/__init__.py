"""What the shop owes on gift cards and credit, and what customers owe the shop."""
