"""Products from files: reading rows, understanding them, saving them in batches."""
