"""Making music with trained models: decoding, blending, sampling, continuing."""
