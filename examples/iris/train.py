"""Trains a scaler and a classifier on the iris data set and pickles them as one model."""

import pathlib
import pickle

from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def main():
    iris = load_iris()
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    model.fit(iris.data, iris.target)
    target = pathlib.Path(__file__).parent / "model.pkl"
    target.write_bytes(pickle.dumps({"model": model, "names": list(iris.target_names)}))
    print(f"trained on {len(iris.data)} flowers, wrote {target.name}")


if __name__ == "__main__":
    main()
