"""The German texts: each file has the names of the English one, see `koe.web.texts.language`."""
