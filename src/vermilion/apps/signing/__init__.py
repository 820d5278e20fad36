"""Who signs what: links, signing tasks, and applying one accepted signature to a document."""
