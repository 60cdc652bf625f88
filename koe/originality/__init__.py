"""Whether a piece is new: its nearest passages in the music that the networks learned from, in any key.

`fingerprints` turns onsets into numbers that transposing does not change,
`index` keeps those of a corpus, `search` finds where a piece runs along with
it, `chance` says how much unrelated pieces share, and `verdict` puts it into
one sentence.
"""
