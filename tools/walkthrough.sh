# The iris walk-through, command by command, as ./dev demo runs it: sh -eu walkthrough.sh SCRATCH
cd "$(dirname "$0")/../examples/iris"

say() {
  echo
  echo "\$ $*"
  "$@"
}

# Waits for the newest job, and checks what it processed and skipped.
job_is() {
  job=$(pachctl list-job | sed -n 2p | cut -d' ' -f1)
  pachctl wait job "iris_classifier@$job" >/dev/null
  say pachctl list-job
  pachctl list-job | sed -n 2p | grep -q " $1 .* success " || {
    echo "expected a job with progress $1 that succeeded" >&2
    exit 1
  }
}

echo "Making the example's virtual environment and model"
./setup.sh

say pachctl create-repo iris
say pachctl put-file iris master /raw/iris_1.csv -f data/raw/iris_1.csv
say pachctl list-repo
say pachctl list-commit iris
say pachctl list-file iris master

say pachctl create-pipeline -f iris.json
job_is "1 + 0 / 1"
say pachctl get-logs --job "$job"

# One file more: one datum runs, one is skipped.
say pachctl put-file iris master /raw/iris_2.csv -f data/raw/iris_2.csv
job_is "1 + 1 / 2"

# A new version keeps what is there, until it is told not to.
say pachctl update-pipeline -f iris.json
job_is "0 + 2 / 2"
say pachctl update-pipeline -f iris.json --reprocess
job_is "2 + 0 / 2"

say pachctl list-pipeline
say pachctl list-file iris_classifier master /raw
echo
echo "\$ pachctl get-file iris_classifier master /raw/iris_2.csv | sort | uniq -c"
pachctl get-file iris_classifier master /raw/iris_2.csv | sort | uniq -c

echo
echo "Where does a prediction come from?"
say trunkline lineage iris_classifier@master:/raw/iris_2.csv
