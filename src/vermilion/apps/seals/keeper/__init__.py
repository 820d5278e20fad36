"""The keeper: the only process with private keys. ``server`` runs it, ``client`` asks it; nothing else here is for other packages."""
