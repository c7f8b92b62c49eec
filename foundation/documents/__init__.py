"""Papers, as PDF and Word, and workbooks: this room knows how they look, each app's `papers` what is on them."""
