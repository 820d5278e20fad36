"""Who belongs to the insurer's side: companies, branches, staff, salespeople."""
