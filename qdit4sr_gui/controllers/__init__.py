"""What happens between the state and what is shown: photos, runs, measurements, exports, sessions."""
