"""Hash chain, anchors, verification."""
