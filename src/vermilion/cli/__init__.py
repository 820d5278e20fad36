"""The `vermilion` command."""
