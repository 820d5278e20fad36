"""The pages shown and the answers given."""
