"""What a visitor has: pieces, choices and takes, their undoing, project and links."""
