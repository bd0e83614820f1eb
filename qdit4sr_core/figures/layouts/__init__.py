"""How a comparison figure is arranged, one file a layout. A file put here is found; it holds a `LAYOUT`."""
