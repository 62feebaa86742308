"""Reports: declared once as data, read in one snapshot; each figure has its rows."""
