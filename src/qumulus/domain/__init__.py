"""What a quantum cloud is made of: jobs and their moves, devices, accounts, errors. Pure."""
