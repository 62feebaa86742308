"""A kept day: how its folder is signed, and every check that is made of it afterwards."""
