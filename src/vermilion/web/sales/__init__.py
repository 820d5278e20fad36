"""``/sales/``: the salesperson's phone. Start a case, share it, see who is stuck, remind; never answers, never documents."""
