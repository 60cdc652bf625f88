"""What those who run the app need: health, metrics, a log without content, headers, an orderly end."""
