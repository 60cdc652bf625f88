"""From a piece on the grid to a score on paper: key, spelling, hands, voices, note values, MusicXML, SVG, PDF."""
