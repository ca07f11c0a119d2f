"""Scripts that run inside the clients' environments: what their users write, and one JSON object."""
