"""How many spoken lines are still understood in noise, raw and mastered; started by its folder."""
