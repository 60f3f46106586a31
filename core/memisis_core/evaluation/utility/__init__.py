"""What models trained on synthetic data are worth on real patients."""
