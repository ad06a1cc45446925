"""What brings Balie onto a machine: today the workstation's set-up, demonstration and tests."""
