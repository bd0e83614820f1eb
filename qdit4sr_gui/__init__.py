"""The window of Q-DiT4SR Studio: run variants of one model on a photo and compare them side by side."""
