"""Tries to break what is promised: kills, full disks, crowds, broken engines, hostile content."""
