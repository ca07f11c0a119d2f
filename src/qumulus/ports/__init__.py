"""What services need from outside: a store, a clock, a bell."""
