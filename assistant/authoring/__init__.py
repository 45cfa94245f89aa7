"""What content authors call through make: check, try, preview, new-topic, report."""
