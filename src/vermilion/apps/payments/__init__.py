"""Collecting the premium through a gateway whose word is checked, never trusted."""
