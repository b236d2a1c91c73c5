/** JMH benchmarks, one class per kernel family. */
@NullMarked
package dev.comporta.benchmarks;

import org.jspecify.annotations.NullMarked;
