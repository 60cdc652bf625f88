"""What the pages say: English here, German under the same names in `koe.web.texts.german`, the visitor's language."""
