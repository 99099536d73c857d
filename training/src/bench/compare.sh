#!/bin/sh
# Times training steps of stlm and of PyTorch eager, alternating: what docs/measurements/training.md reports.
# usage: PYTHON=python3 [DEVICE=gpu] training/src/bench/compare.sh PRESET SEQUENCES LENGTH STEPS THREADS ROUNDS
# needs: mvn -pl training -am test-compile (JAVA_HOME: a JDK 25), and for the peer a Python with torch 2.7.1
set -e
cd "$(dirname "$0")/../../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q -pl training -am test-compile dependency:build-classpath -Dmdep.outputFile="$work/cp"
export OPT_OUT_TRACKING=true
if [ "${DEVICE:-cpu}" = gpu ]; then
  # both take the PyTorch of PYTHON
  root=$PWD STLM_GPU=${PYTHON:?}
  fail() { echo "compare: $1" >&2; exit 2; }
  . launcher/gpu.sh
  use_gpu_libraries
fi
stlm() {
  "$JAVA_HOME/bin/java" -Xmx2g --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -Dai.djl.offline=true -DDJL_CACHE_DIR="$PWD/target/djl-cache" -Dprecision="$1" -Ddevice="${DEVICE:-cpu}" \
    -cp "training/target/test-classes:training/target/classes:$(cat "$work/cp")" \
    dev.stlm.training.StepBenchmark "$preset" "$sequences" "$length" "$steps" "$threads" "$work/config.json" 2>/dev/null \
    | sed "s/^/$1 /"
}
peer() {
  case ${DEVICE:-cpu} in gpu) device=cuda ;; *) device=cpu ;; esac
  "$PYTHON" training/src/bench/peer.py "$work/config.json" "$sequences" "$length" "$steps" "$threads" $device "$1"
}
preset=$1 sequences=$2 length=$3 steps=$4 threads=$5 rounds=$6
for round in $(seq "$rounds"); do
  stlm FLOAT32
  stlm MIXED
  if [ -n "$PYTHON" ]; then
    peer FLOAT32
    [ "${DEVICE:-cpu}" = cpu ] || peer MIXED
  fi
done
