"""Pictures of music: arrays and pieces in, Plotly figures out. No web framework here."""
