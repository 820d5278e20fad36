"""What each document prints, built from the case: one function a kind, each returning the shape of ``library/<kind>/schema.json``."""
