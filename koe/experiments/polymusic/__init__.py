"""A network's shape, trained and tested on the four public sets of Boulanger-Lewandowski, Bengio and Vincent."""
