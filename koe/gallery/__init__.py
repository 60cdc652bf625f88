"""Pieces that visitors keep for others: titles, music, ancestry, likes; in a file of SQLite's, or in PostgreSQL.

Nobody has an account. Of a visitor there is nothing here but a hash by which a
second like of the same piece is known, and which differs from piece to piece;
what may take a piece away again is a token that is shown once, and of which
only the hash stays.
"""

from koe.gallery.gallery import Family, Gallery, Kept, Order, Page, Relative, Shown

__all__ = ["Family", "Gallery", "Kept", "Order", "Page", "Relative", "Shown"]
