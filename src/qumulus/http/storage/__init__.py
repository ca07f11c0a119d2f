"""The Storage API: archives in and out, by URLs and forms that carry their own authority."""
