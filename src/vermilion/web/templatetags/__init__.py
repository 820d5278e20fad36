"""Template tags and filters; ``{% load face %}`` brings them all."""
