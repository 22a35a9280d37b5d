"""Uploads (quarantine, scan) and issued letters and certificates (PDF, code, QR)."""
