"""What will be said: preferences, and a routine compiled into a script."""
