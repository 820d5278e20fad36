"""Vermilion (朱印): electronic signing of insurance policies."""
