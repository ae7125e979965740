"""What a session is written as: a file of its own or another container, an album or its ZIP."""
