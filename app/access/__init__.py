"""Who may do what: people, roles, decide(), offline login, second factor, step-up."""
