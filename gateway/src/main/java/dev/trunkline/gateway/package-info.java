/// The one port: gRPC, gRPC-web, reflection and health. Speaks HTTP and knows nothing of the
/// domain.
@NullMarked
package dev.trunkline.gateway;

import org.jspecify.annotations.NullMarked;
