"""Pure decisions about customers: identifiers, duplicates, masking."""
