"""A quantized model as one safetensors file: its format, streamed writing, and export to full precision."""
