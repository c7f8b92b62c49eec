"""What stands on the papers of inspections."""
