"""Starts the portal, and runs its checks, on a machine that has only Python and make."""
