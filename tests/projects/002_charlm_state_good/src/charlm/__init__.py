"""Character language model trained with truncated BPTT."""
