"""The papers of the register: the published list, and the sheet for a wall."""
