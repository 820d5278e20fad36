"""Policy, its versions, and everything that happens to it: issue, deliver, acknowledge, change, end."""
