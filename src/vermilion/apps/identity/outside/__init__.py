"""Identity providers of the operator: a file that describes their HTTP interfaces, and the adapter that follows it."""
