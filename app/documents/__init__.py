"""Typst to PDF, docx working copy, ink, page codes, signatures, evidence, the hashed vault."""
