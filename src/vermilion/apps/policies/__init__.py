"""Policies, versions, endorsements, invoices, follow-up calls."""
