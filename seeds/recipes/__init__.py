"""One recipe per sample site: figures in, files out."""
