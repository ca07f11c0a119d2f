"""The User API."""
