"""Underwriting (核保): rules first, people where rules refer, authority limits above them."""
