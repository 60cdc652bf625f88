"""The networks that Koe knows, a module each with its `koe.models.architecture.Architecture`."""
