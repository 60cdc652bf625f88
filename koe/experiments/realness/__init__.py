"""How often a network that was trained for it takes a written segment for a real one."""
