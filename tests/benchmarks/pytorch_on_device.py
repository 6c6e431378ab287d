"""The network of ch06_gpu/on_the_device.cpp in PyTorch's eager mode, data and weights on the device.

    python pytorch_on_device.py [cuda | cpu] [ROWS [HIDDEN]]

Prints the seconds of an epoch for the batch sizes of that program, with the quickest of PyTorch's
implementations of Adam; compare them with its column fit_on_device. Needs torch.
"""
import sys
import time

import torch
from torch import nn

from pytorch import Training, adam, classes_loss, optimizers


def seconds_per_epoch(training, epochs, wait):
    """Trains; `wait` returns when the device has finished what it was given."""
    left, start = epochs * len(training.x), time.perf_counter()
    for count in training.batches():
        left -= count
        if left <= 0:
            break
    wait()
    return (time.perf_counter() - start) / epochs


def main(device="cuda", rows="6000", hidden="128"):
    if device == "cuda" and not torch.cuda.is_available():
        sys.exit("PyTorch finds no GPU here")
    torch.set_default_device(device)
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    name = torch.cuda.get_device_name() if device == "cuda" else "CPU"
    print(f"PyTorch {torch.__version__}, {name}: 64-{hidden}-{hidden}-10, {rows} rows, Adam")
    print("  batch   seconds/epoch")
    x, y = torch.rand(int(rows), 64), torch.randint(10, (int(rows),))
    for batch in (32, 256, 4096):
        trials = []
        for setting, optimizer in optimizers(adam).items():
            model = nn.Sequential(nn.Linear(64, int(hidden)), nn.ReLU(),
                                  nn.Linear(int(hidden), int(hidden)), nn.GELU(),
                                  nn.Linear(int(hidden), 10))
            training = Training(model, optimizer, x, y, batch, classes_loss)
            seconds_per_epoch(training, 1, wait)  # warms up
            trials.append((seconds_per_epoch(training, 3, wait), setting))
        seconds, setting = min(trials)
        print(f"{batch:7d} {seconds:15.4f}   {setting}")


if __name__ == "__main__":
    main(*sys.argv[1:])
