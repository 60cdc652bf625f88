"""What checks and keeps the project; nothing here is part of the app."""
