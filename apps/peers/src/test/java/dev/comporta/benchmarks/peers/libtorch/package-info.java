/** Tests of libtorch's programs against plain loops in double precision. */
@NullMarked
package dev.comporta.benchmarks.peers.libtorch;

import org.jspecify.annotations.NullMarked;
