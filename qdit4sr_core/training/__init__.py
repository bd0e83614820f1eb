"""Training a nano model: degraded pairs, the codec, the transformer, the decoder's last polish."""
