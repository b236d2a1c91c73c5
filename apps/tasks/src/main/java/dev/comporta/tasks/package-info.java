/** The jobs that the command line runs. */
@NullMarked
package dev.comporta.tasks;

import org.jspecify.annotations.NullMarked;
