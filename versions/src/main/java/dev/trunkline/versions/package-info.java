/// Projects, repos, branches, commits, commit sets, provenance and files: data under version
/// control. Knows of pipelines only as somebody who wants to be told of commits.
@NullMarked
package dev.trunkline.versions;

import org.jspecify.annotations.NullMarked;
