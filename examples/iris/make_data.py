"""Writes the iris data set that scikit-learn ships as three CSV parts."""

import csv
import pathlib

from sklearn.datasets import load_iris

PARTS = 3


def main():
    iris = load_iris()
    rows = [list(map(float, row)) for row in iris.data]
    folder = pathlib.Path(__file__).parent / "data" / "raw"
    folder.mkdir(parents=True, exist_ok=True)
    for part in range(PARTS):
        with open(folder / f"iris_{part + 1}.csv", "w", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(iris.feature_names)
            writer.writerows(rows[part::PARTS])


if __name__ == "__main__":
    main()
