"""Icons, lessons, examples and data that come with the program; read through importlib.resources."""
