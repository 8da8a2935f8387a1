"""Readers of QR codes and barcodes."""
