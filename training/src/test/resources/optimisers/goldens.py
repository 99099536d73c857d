"""Trajectories of the reference optimisers, schedules and weight average: goldens.json beside this file.

usage: python3 goldens.py        needs: torch (2.15.0 made the file), transformers

Small matrices, a table and a gain go twelve steps with given gradients (normal, some steps with a norm above
the clip) and a rate that changes. Muon is run twice: as it is, in bfloat16, and with its iteration in 32 bits.
"""

import json
import math
import pathlib
import types

import torch
import transformers
from torch.optim import _muon
from torch.optim.swa_utils import get_ema_multi_avg_fn
from transformers.optimization import (
    get_cosine_schedule_with_warmup,
    get_linear_schedule_with_warmup,
    get_wsd_schedule,
)

PARAMETERS = [
    ("a", 6, 4, "MATRIX"),
    ("embed", 6, 3, "TABLE"),
    ("b", 4, 6, "MATRIX"),
    ("c", 8, 3, "MATRIX"),
    ("norm", 1, 4, "GAIN"),
    ("d", 3, 8, "MATRIX"),
    ("e", 5, 5, "MATRIX"),
    ("f", 6, 4, "MATRIX"),
    ("head", 6, 4, "MATRIX"),
]
JOINED = [2, 4]
STEPS = 12
SHOWN = [1, 2, 5, 12]
DECAY = 0.1
CLIP = 1.0
AVERAGE_DECAY = 0.6


def numbers(tensors):
    return [[float(f"{x:.9g}") for x in t.detach().flatten().tolist()] for t in tensors]


def shape(rows, columns, kind):
    return (columns,) if kind == "GAIN" else (rows, columns)


def run(make, start, gradients, rates, parameters=PARAMETERS):
    """make(parameters by name) gives optimisers; the parameters after each step."""
    values = [torch.nn.Parameter(t.clone()) for t in start]
    named = {p[0]: (p[3], v) for p, v in zip(parameters, values)}
    optimisers = make(named)
    trajectory = []
    for rate, step in zip(rates, gradients):
        for value, gradient in zip(values, step):
            value.grad = gradient.clone()
        torch.nn.utils.clip_grad_norm_(values, CLIP)
        for optimiser in optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.step()
        trajectory.append([v.detach().clone() for v in values])
    return trajectory


def groups(named, keep):
    kept = [(kind, v) for name, (kind, v) in named.items() if keep(name, kind)]
    return [
        {"params": [v for kind, v in kept if kind == "MATRIX"], "weight_decay": DECAY},
        {"params": [v for kind, v in kept if kind != "MATRIX"], "weight_decay": 0.0},
    ]


def adamw(named, keep=lambda name, kind: True):
    return torch.optim.AdamW(groups(named, keep), lr=1.0, betas=(0.9, 0.95), eps=1e-8)


def muon(named):
    hidden = lambda name, kind: kind == "MATRIX" and name != "head"
    return [
        torch.optim.Muon(
            [v for name, (kind, v) in named.items() if hidden(name, kind)],
            lr=1.0,
            weight_decay=DECAY,
            momentum=0.95,
            adjust_lr_fn="match_rms_adamw",
        ),
        adamw(named, lambda name, kind: not hidden(name, kind)),
    ]


class Float32(types.ModuleType):
    """torch, but with bfloat16 meaning float32."""

    bfloat16 = torch.float32

    def __getattr__(self, name):
        return getattr(torch, name)


def run_float32(start, gradients, rates, parameters=PARAMETERS):
    _muon.torch = Float32("torch")
    try:
        return run(muon, start, gradients, rates, parameters)
    finally:
        _muon.torch = torch


def muon_joined(start, gradients, rates):
    """The first parameter joins two projections, of JOINED rows."""
    apart = lambda tensors: [*tensors[0].split(JOINED), *tensors[1:]]
    name, _, columns, kind = PARAMETERS[0]
    parts = [(f"{name}{rows}", rows, columns, kind) for rows in JOINED]
    trajectory = run_float32(apart(start), [apart(g) for g in gradients], rates, parts + PARAMETERS[1:])
    return [[torch.cat(t[:2]), *t[2:]] for t in trajectory]


def averages(start, trajectory):
    average = [t.clone() for t in start]
    shown = []
    for step, weights in enumerate(trajectory, 1):
        decay = min(AVERAGE_DECAY, (1 + step) / (10 + step))
        get_ema_multi_avg_fn(decay)(average, weights, None)
        shown.append([t.clone() for t in average])
    return shown


def schedule(make, steps=40):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    scheduler = make(optimiser)
    rates = []
    for _ in range(steps + 1):
        rates.append(float(f"{scheduler.get_last_lr()[0]:.12g}"))
        optimiser.step()
        scheduler.step()
    return rates


def main():
    torch.manual_seed(1)
    shapes = [shape(*p[1:]) for p in PARAMETERS]
    start = [torch.randn(s) * 0.5 for s in shapes]
    gradients = [[torch.randn(s) * (0.02 + 0.03 * i) for s in shapes] for i in range(STEPS)]
    gradients = [[torch.tensor(n).reshape(s) for n, s in zip(numbers(g), shapes)] for g in gradients]
    start = [torch.tensor(n).reshape(s) for n, s in zip(numbers(start), shapes)]
    rates = [round(0.02 * math.sin(math.pi * (i + 1) / 14), 6) for i in range(STEPS)]
    trajectories = {
        "adamw": run(lambda named: [adamw(named)], start, gradients, rates),
        "muon": run_float32(start, gradients, rates),
        "muonJoined": muon_joined(start, gradients, rates),
        "muonBfloat16": run(muon, start, gradients, rates),
    }
    trajectories["average"] = averages(start, trajectories["adamw"])
    golden = {
        "torch": torch.__version__.split("+")[0],
        "transformers": transformers.__version__,
        "parameters": [dict(zip(("name", "rows", "columns", "kind"), p)) for p in PARAMETERS],
        "joined": JOINED,
        "weightDecay": DECAY,
        "clip": CLIP,
        "averageDecay": AVERAGE_DECAY,
        "start": numbers(start),
        "rates": rates,
        "gradients": [numbers(g) for g in gradients],
        "shown": SHOWN,
        "after": {name: [numbers(t[i - 1]) for i in SHOWN] for name, t in trajectories.items()},
        "schedules": {
            "cosine": schedule(lambda o: get_cosine_schedule_with_warmup(o, 4, 40)),
            "linear": schedule(lambda o: get_linear_schedule_with_warmup(o, 4, 40)),
            "wsdSqrt": schedule(
                lambda o: get_wsd_schedule(o, 4, 10, num_training_steps=40, decay_type="1-sqrt")
            ),
            "wsdLinear": schedule(
                lambda o: get_wsd_schedule(o, 4, 10, num_training_steps=40, decay_type="linear")
            ),
        },
    }
    file = pathlib.Path(__file__).with_name("goldens.json")
    file.write_text(json.dumps(golden, separators=(",", ":")).replace('],"', '],\n"') + "\n")


if __name__ == "__main__":
    main()
