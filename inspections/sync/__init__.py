"""What phones send: one id, one effect (docs/phone.md)."""
