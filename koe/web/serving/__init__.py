"""The app as a server: the studio that visitors share, its queue and caches, and what those who run it need."""
