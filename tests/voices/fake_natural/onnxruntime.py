"""A stand-in for onnxruntime: a model is a text that says what kind it is."""

import os
from types import SimpleNamespace

from told import loaded

# The real one queues what it is used for, unless it is told before it is imported.
assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"

GraphOptimizationLevel = SimpleNamespace(ORT_ENABLE_BASIC=1)


class SessionOptions:
    """Takes any setting."""


class InferenceSession:
    """Loads what is not called broken."""

    def __init__(self, path, sess_options, providers):
        assert sess_options.intra_op_num_threads == sess_options.inter_op_num_threads == 1
        self.names = ["picture"] if loaded(path).startswith(b"other") else []

    def get_inputs(self):
        names = self.names or ["input", "input_lengths", "scales"]
        return [SimpleNamespace(name=name) for name in names]
