"""Links, signing tasks, ceremonies, applying a signature."""
