"""Field specs and the forms made from them."""
