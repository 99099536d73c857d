# Part of ./stlm: PyTorch for NVIDIA's GPUs, from a Python that has it.
# shellcheck shell=sh disable=SC2154 # root and fail are those of ./stlm

# Has training load the PyTorch of a Python, STLM_GPU; 1 is python3.
use_gpu_libraries() {
  python=$STLM_GPU
  [ "$python" != 1 ] || python=python3
  needed=$(sed -n 's|.*<djl.pytorch.version>\(.*\)</djl.pytorch.version>.*|\1|p' "$root/pom.xml")
  advice="make one and name it, for example: 'python3 -m venv torch; torch/bin/pip install torch==$needed; export STLM_GPU=\$PWD/torch/bin/python3'"
  command -v "$python" >/dev/null ||
    fail "STLM_GPU=$STLM_GPU: no such program; it must be a Python that has PyTorch $needed: $advice"
  found=$("$python" -c '
import importlib.metadata, importlib.util, os
print(importlib.metadata.version("torch"), os.path.dirname(importlib.util.find_spec("torch").origin))' 2>/dev/null) ||
    fail "STLM_GPU=$STLM_GPU: $python has no PyTorch; $advice"
  version=${found%% *}
  case $version in
  "$needed" | "$needed"+*) ;;
  *) fail "STLM_GPU=$STLM_GPU: $python has PyTorch $version, but training needs $needed; $advice" ;;
  esac
  libraries=${found#* }/lib
  [ -f "$libraries/libtorch_cuda.so" ] ||
    fail "STLM_GPU=$STLM_GPU: the PyTorch of $python is one without CUDA; $advice"
  export PYTORCH_LIBRARY_PATH="$libraries" PYTORCH_FLAVOR=cu128
  # what needs a Python around it
  export PYTORCH_LIBRARY_EXCLUSION=libtorch_python.so,libshm.so
}
