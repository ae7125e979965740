"""Compile self-massage routines into exact, spoken, phone-ready MP3s."""
