package dev.trunkline.pipelines;

import dev.trunkline.datum.DatumWorker;
import dev.trunkline.datum.Program;

/// Whoever can start workers: as processes of this machine, in containers, elsewhere.
public interface Runner {
  /// Starts a worker called `name` for `program`, in its folder and as its user; a sandbox that
  /// cannot be made is a [dev.trunkline.base.Failure] of kind DENIED with the cures.
  DatumWorker start(String name, Program program);

  /// Why programs of `image` cannot run here, with the cures; empty where they can.
  String objection(String image);

  /// The most workers that run at a time.
  int slots();
}
