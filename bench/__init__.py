"""How fast it is: start-up, one check, growth, memory, and other rule engines on the same work. ``make bench``."""
