"""团体被保险人同意: each insured person of a company's list consents to the cover on her life, or she is not covered (IL 34)."""
