"""How the branch and head office stay one."""
