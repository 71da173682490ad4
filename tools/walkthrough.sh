# The iris walk-through, command by command, as ./dev demo runs it: sh -eu walkthrough.sh SCRATCH
cd "$(dirname "$0")/../examples/iris"
say() {
  echo
  echo "\$ $*"
  "$@"
}
say pachctl create-repo iris
say pachctl put-file iris master /raw/iris_1.csv -f data/raw/iris_1.csv
say pachctl list-repo
say pachctl list-commit iris
say pachctl list-file iris master
