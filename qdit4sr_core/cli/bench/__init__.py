"""What `qdit4sr bench` times, one file a benchmark."""
