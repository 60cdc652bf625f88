"""Measurements that train, draw or write something of their own first, each behind one command.

`polymusic` trains a network's shape on four public sets (``koe benchmark``),
`realness` trains a judge of real and written segments, `interpolation`,
`filling` and `originality` have the shipped models make music and measure it.
"""
