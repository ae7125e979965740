"""A stand-in for piper's configuration."""

from types import SimpleNamespace


class PiperConfig:
    """Knows ASCII but for the number sign."""

    @staticmethod
    def from_dict(said):
        known = {chr(code): [code] for code in range(32, 127) if chr(code) != "#"}
        return SimpleNamespace(sample_rate=said["audio"]["sample_rate"], phoneme_id_map=known)


class SynthesisConfig:
    """Asks for no noise."""

    def __init__(self, noise_scale, noise_w_scale, length_scale):
        assert noise_scale == noise_w_scale == 0
        self.length_scale = length_scale
