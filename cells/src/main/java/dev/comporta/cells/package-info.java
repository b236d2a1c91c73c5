/** Recurrent cells and the layers around them. */
@NullMarked
package dev.comporta.cells;

import org.jspecify.annotations.NullMarked;
