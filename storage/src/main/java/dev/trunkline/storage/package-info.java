/// Content made durable and shared: packs and their catalogue, sessions, and the publishing of
/// uploads.
@NullMarked
package dev.trunkline.storage;

import org.jspecify.annotations.NullMarked;
