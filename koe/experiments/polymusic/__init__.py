"""A network's shape, trained and tested on the four public pianoroll sets of Boulanger-Lewandowski, Bengio and Vincent."""
