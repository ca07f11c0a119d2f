"""The fault campaign: many users and Providers, one or two Clouds, and a nemesis that breaks them."""
