"""Whatever bytes come, every reader of Koe answers with a piece or with one sentence.

``python -m tests.fuzz`` lets atheris (``pip install atheris==3.0.0``, an extra
that neither Koe nor its tests need) look for bytes that reach new lines of
code. The same targets run for a moment in the normal tests, without it.
"""
