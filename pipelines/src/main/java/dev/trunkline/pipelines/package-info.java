/// Pipelines and their jobs: versions of specs, the life of a job, what is skipped, and the logs.
/// Runs nothing itself: workers come from whoever implements `Runner`.
@NullMarked
package dev.trunkline.pipelines;

import org.jspecify.annotations.NullMarked;
