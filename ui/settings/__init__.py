"""How the desk looks and waits: a person's own choices and the desk's, at work as they are made."""
