"""The workloads of workloads.cpp in PyTorch's eager mode, each in the best of several settings.

Reads commands from the standard input and answers each with one line:

    version                         PyTorch's version and its BLAS
    choose W1 THREADS               tries the settings of W1, keeps the quickest, prints its name
    measure W1 THREADS SECONDS      samples per second of W1 with that setting

The loop does what model.fit does: it shuffles the samples anew in every epoch, gathers each batch
from tensors (no DataLoader), and sums up loss and accuracy on the way. Needs torch; pytorch.sh
makes an environment with it.
"""
import itertools
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def images(samples, features):
    return torch.rand(samples, features), torch.randint(10, (samples,))


class LastState(nn.Module):
    """The LSTM's output after the last step."""

    def __init__(self, inputs, units):
        super().__init__()
        self.lstm = nn.LSTM(inputs, units, batch_first=True)

    def forward(self, x):
        return self.lstm(x)[1][0][-1]


class StepsFirst(nn.Module):
    """The same, over (steps, samples, features)."""

    def __init__(self, inputs, units):
        super().__init__()
        self.lstm = nn.LSTM(inputs, units)

    def forward(self, x):
        return self.lstm(x.transpose(0, 1))[1][0][-1]


def mlp(*sizes):
    layers = []
    for inputs, outputs in itertools.pairwise(sizes):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def classes_loss(z, y):
    return F.cross_entropy(z, y), (z.argmax(1) == y).sum()


def binary_loss(z, y):
    return F.binary_cross_entropy_with_logits(z, y), ((z > 0) == y).sum()


def optimizers(make):
    """The implementations of an optimizer's step."""
    return {
        "for each weight": lambda p: make(p, foreach=False),
        "foreach": lambda p: make(p, foreach=True),
        "fused": lambda p: make(p, fused=True),
    }


def sgd(**options):
    return lambda p, **how: torch.optim.SGD(p, lr=0.01, **options, **how)


def adam(p, **how):
    return torch.optim.Adam(p, **how)


def dense(samples, batch, sizes, make_optimizer):
    for name, optimizer in optimizers(make_optimizer).items():
        yield name, lambda optimizer=optimizer: Training(
            mlp(*sizes), optimizer, *images(samples, sizes[0]), batch, classes_loss)


def xor():
    x = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    y = torch.tensor([[0.0], [1], [1], [0]])
    for name, optimizer in optimizers(sgd()).items():
        def make(optimizer=optimizer):
            model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
            return Training(model, optimizer, x, y, 4, binary_loss)
        yield name, make


def convolution():
    for layout in (torch.contiguous_format, torch.channels_last):
        for name, optimizer in optimizers(sgd()).items():
            def make(optimizer=optimizer, layout=layout):
                model = nn.Sequential(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                                      nn.Flatten(), nn.Linear(14 * 14 * 32, 10))
                model = model.to(memory_format=layout)
                x, y = images(4096, 28 * 28)
                x = x.reshape(-1, 1, 28, 28).to(memory_format=layout)
                return Training(model, optimizer, x, y, 32, classes_loss)
            yield f"{name}, {str(layout).removeprefix('torch.')}", make


def recurrent(make_optimizer, sparse_works):
    for layer in (LastState, StepsFirst):
        for sparse in (False, True) if sparse_works else (False,):
            # Only the plain step takes the gradients of a sparse table.
            steps = optimizers(make_optimizer)
            for name in ["for each weight"] if sparse else steps:
                def make(layer=layer, sparse=sparse, optimizer=steps[name]):
                    model = nn.Sequential(nn.Embedding(10000, 512, sparse=sparse), layer(512, 32),
                                          nn.Linear(32, 1))
                    x = torch.randint(10000, (1024, 100))
                    y = torch.randint(2, (1024, 1)).float()
                    return Training(model, optimizer, x, y, 32, binary_loss)
                yield f"{name}, {layer.__name__}{', sparse' if sparse else ''}", make


WORKLOADS = {
    "W1": lambda: dense(16384, 32, (784, 300, 100, 10), sgd()),
    "W2": lambda: dense(16384, 128, (784, 300, 100, 10), adam),
    "W2n": lambda: dense(16384, 128, (784, 300, 100, 10), sgd(momentum=0.9, nesterov=True)),
    "W3": xor,
    "W4": lambda: dense(2048, 256, (1024, 2048, 2048, 10), sgd()),
    "W5": convolution,
    "W6": lambda: recurrent(sgd(), sparse_works=True),
    "W6a": lambda: recurrent(adam, sparse_works=False),
}


clock = time.process_time if "--cpu-time" in sys.argv else time.perf_counter


class Training:
    def __init__(self, model, optimizer, x, y, batch, loss):
        self.model, self.x, self.y, self.batch, self.loss = model, x, y, batch, loss
        self.optimizer = optimizer(model.parameters())
        self.history = []

    def batches(self):
        """Trains without end; yields the number of samples after each batch."""
        while True:
            order = torch.randperm(len(self.x))
            loss_sum, right = torch.zeros(()), torch.zeros((), dtype=torch.long)
            for rows in order.split(self.batch):
                x, y = self.x[rows], self.y[rows]
                loss, matches = self.loss(self.model(x), y)
                self.optimizer.zero_grad(set_to_none=True)
                loss.backward()
                self.optimizer.step()
                loss_sum += loss.detach() * len(rows)
                right += matches
                yield len(rows)
            self.history.append((loss_sum.item() / len(self.x), right.item() / len(self.x)))

    def samples_per_second(self, seconds):
        samples, start = 0, clock()
        for count in self.batches():
            samples += count
            now = clock() - start
            if now >= seconds:
                return samples / now


def main():
    best = {}
    for line in sys.stdin:
        command, *words = line.split()
        if command == "version":
            has_mkl = torch.backends.mkl.is_available()
            print(f"PyTorch {torch.__version__} ({'MKL' if has_mkl else 'no MKL'}, "
                  f"{torch.backends.cpu.get_cpu_capability()})", flush=True)
            continue
        key = (words[0], int(words[1]))
        torch.set_num_threads(key[1])
        if command == "choose":
            trials = []
            for name, make in WORKLOADS[key[0]]():
                try:
                    training = make()
                    training.samples_per_second(0.1)  # warms up
                    speed = training.samples_per_second(0.15)
                except (RuntimeError, ValueError):
                    continue  # this version has no such setting
                trials.append((speed, name, training))
            _, name, best[key] = max(trials, key=lambda trial: trial[0])
            print(name, flush=True)
        else:
            print(best[key].samples_per_second(float(words[2])), flush=True)


if __name__ == "__main__":
    main()
