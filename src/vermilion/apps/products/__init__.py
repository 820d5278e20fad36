"""Immutable product definitions and their rating."""
