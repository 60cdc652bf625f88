"""What all components that run in the browser have in common: how they get there, a base script, a base style."""
