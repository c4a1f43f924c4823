"""One monitor, every monitor: what other tools read, written from our names and monitors."""
