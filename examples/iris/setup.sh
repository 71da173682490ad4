#!/bin/sh
# Makes the virtual environment of the example with its pinned requirements, and trains the model.
set -eu
cd "$(dirname "$0")"
if [ ! -x .venv/bin/python ]; then
  python3 -m venv .venv
fi
.venv/bin/pip install -q --disable-pip-version-check -r requirements.txt
.venv/bin/python train.py
