"""The demonstration: what it holds (``content``), how it is set up (``seed``), and one life of a policy driven over HTTP (``drive``)."""
