"""The window around the screens: navigation, status strip, palette, bridge."""
