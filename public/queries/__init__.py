"""From published rows to pages."""
