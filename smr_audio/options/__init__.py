"""The options: their table, their values, and preferences made of them."""
