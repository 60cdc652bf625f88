"""Keeping what was made: projects as files, and links that carry a piece in their address.

Nothing here knows the web or loads a network: what makes music anew is a
`koe.studio.Studio` that is handed over.
"""
