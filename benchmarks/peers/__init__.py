"""What we are measured beside: checkov and an OPA engine, in an environment of their own."""
