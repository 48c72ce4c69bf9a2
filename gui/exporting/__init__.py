"""Pictures and files that leave the window."""
