"""The web console's built files, and who hands them out."""
