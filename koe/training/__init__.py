"""Training the models on a corpus, with Keras 3 on any of its backends."""
