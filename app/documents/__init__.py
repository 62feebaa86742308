"""Typst to PDF, docx working copy, ink rendering, page codes, signatures, evidence, the content-addressed vault."""
