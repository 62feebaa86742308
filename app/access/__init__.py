"""Who may do what: org tree, users, roles, grants, decide(), offline login, second factor, step-up."""
