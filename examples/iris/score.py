"""Reads every CSV file below /pfs/iris and writes the predicted species of each row below /pfs/out."""

import csv
import logging
import pathlib
import pickle

SOURCE = pathlib.Path("/pfs/iris")
TARGET = pathlib.Path("/pfs/out")


def score(model, names, source, target):
    with open(source, newline="") as lines:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(lines))[1:]]
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "w") as out:
        for label in model.predict(rows):
            out.write(f"{names[label]}\n")


def main():
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    bundle = pickle.loads((pathlib.Path(__file__).parent / "model.pkl").read_bytes())
    logging.info("loaded the model")
    for source in sorted(SOURCE.rglob("*.csv")):
        logging.info("scoring %s", source)
        score(bundle["model"], bundle["names"], source, TARGET / source.relative_to(SOURCE))


if __name__ == "__main__":
    main()
