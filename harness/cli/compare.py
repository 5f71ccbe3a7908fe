"""`wrapup diff`: what differs between two orgs."""
