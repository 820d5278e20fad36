"""Case, its parties, application, documents, and the one table of its transitions."""
