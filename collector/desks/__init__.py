"""What the back office knows of each kind of desk: its figures, its exports and its pages."""
