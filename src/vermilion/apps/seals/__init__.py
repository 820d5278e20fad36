"""Seals, permissions to use them, and the register of every use."""
