"""Contracts: number, content, document versions, archive."""
