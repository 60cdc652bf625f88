"""The networks, their cards and their weights. Only here and in training is Keras imported."""
