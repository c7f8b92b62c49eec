"""Understanding a spreadsheet: what it is, what its columns mean, which row is whose. Writes nothing."""
