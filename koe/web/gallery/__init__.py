"""The gallery as visitors see it: the page's parts, the button that keeps a piece, the addresses that are passed on."""
