"""What the worker asks of the real binding, without an engine."""

RATE = 1


def SetParameter(parameter, value, relative):
    return 0


def Synchronize():
    return 0
