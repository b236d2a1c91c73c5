/** Model files: writing, checking and reading them. */
@NullMarked
package dev.comporta.serialization;

import org.jspecify.annotations.NullMarked;
