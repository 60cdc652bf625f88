"""Reading what musicians keep: scores in MusicXML, Humdrum, ABC and MEI, beside MIDI and the paper's text."""
