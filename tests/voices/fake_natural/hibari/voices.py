"""A stand-in for hibari's table of voices."""

VOICES = {"heart": {"file": "voice.onnx"}}
