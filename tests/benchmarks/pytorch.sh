#!/usr/bin/env bash
# Prints the path of a Python that has PyTorch: that of NN_PYTORCH, or one in a throw-away environment
# in folder $1 with the newest PyTorch, which is made at the first call (some GB). Exit code 1
# and a sentence if there is none.
set -u
folder=${1:?usage: pytorch.sh FOLDER}
log=$folder.log

no_pytorch() { printf 'without PyTorch: %s\n' "$*" >&2; exit 1; }
has_pytorch() { "$1" -c 'import torch' >/dev/null 2>&1; }

if [ -n "${NN_PYTORCH:-}" ]; then
  has_pytorch "$NN_PYTORCH" || no_pytorch "NN_PYTORCH=$NN_PYTORCH cannot import torch"
  printf '%s\n' "$NN_PYTORCH"
  exit
fi
python=$folder/bin/python
if ! has_pytorch "$python"; then
  [ "${NN_INSTALL:-yes}" != no ] || no_pytorch "NN_INSTALL=no"
  command -v python3 >/dev/null || no_pytorch "python3 is not installed"
  printf 'Making an environment with PyTorch in %s (some minutes) …\n' "$folder" >&2
  rm -rf -- "$folder"
  mkdir -p -- "$(dirname -- "$folder")"
  { python3 -m venv "$folder" && "$python" -m pip install --quiet torch; } >"$log" 2>&1 ||
    { rm -rf -- "$folder"; no_pytorch "the environment could not be made, see $log"; }
fi
printf '%s\n' "$python"
