"""The exhibition mode: one page for strangers at a touch screen, and what it asks the server for."""
