/// The gRPC services: a request becomes calls to the domain, an outcome becomes a response or a
/// status. Nothing is decided here.
@NullMarked
package dev.trunkline.services;

import org.jspecify.annotations.NullMarked;
