/// What Armeria needs of a library that is left out.
@NullMarked
package org.curioswitch.common.protobuf.json;

import org.jspecify.annotations.NullMarked;
