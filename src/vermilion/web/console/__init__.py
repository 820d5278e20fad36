"""The insurer's desk: operations, queues, case page, underwriting, service, servicing, seals, accounts. No rule lives here."""
