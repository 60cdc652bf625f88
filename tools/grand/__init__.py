"""How the concert grand of `assets/soundfonts` is made of the Salamander Grand Piano.

::

    recordings  what was recorded, and where it comes from
    shaping     each recording cut, levelled, faded, encoded
    response    which layer plays at which velocity, how loud and how bright
    font        the tables of the soundfont

`tools/make_grand.py` makes it; `tools/check_grand.py` measures what it made.
"""
