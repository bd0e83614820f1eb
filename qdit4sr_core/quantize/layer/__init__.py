"""What a quantized linear is made of: codes, grids, packing, rotation, branch, activations."""
