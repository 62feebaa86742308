"""The drill screen: the hands at the simulated devices of a demo, never at a real desk."""
