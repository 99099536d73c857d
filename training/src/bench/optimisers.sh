#!/bin/sh
# Trains a preset with each optimiser and several seeds: what docs/measurements/optimisers.md reports.
# usage: training/src/bench/optimisers.sh TEXT HELD_OUT PRESET STEPS "OPTIMIZER:RATE …" "SEED …" [OPTION …]
# options go to `stlm train`; it prints a line a run: optimiser, rate, seed, bits per byte on HELD_OUT
set -e
cd "$(dirname "$0")/../../.."
text=$1 held=$2 preset=$3 steps=$4 optimisers=$5 seeds=$6
shift 6
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for seed in $seeds; do
  for optimiser in $optimisers; do
    rate=${optimiser#*:}
    name=${optimiser%:*}
    out=$work/$preset-$name-$rate-$seed
    ./stlm train --text "$text" --valid "$held" --preset "$preset" --optimizer "$name" --lr "$rate" --seed "$seed" \
      --steps "$steps" --batch 8 --sequence 512 --threads 1 --validations 1 --device cpu --out "$out" "$@" >"$work/log" 2>&1 ||
      { cat "$work/log" >&2; exit 1; }
    bits=$(sed -n 's/.*"validationBitsPerByte":\([0-9.]*\).*/\1/p' "$out/metrics.jsonl" | tail -n 1)
    echo "$preset $name $rate seed $seed: $bits bits per byte"
  done
done
