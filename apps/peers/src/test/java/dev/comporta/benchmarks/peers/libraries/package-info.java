/** Tests of the libraries against each other: the same problem, the same result. */
@NullMarked
package dev.comporta.benchmarks.peers.libraries;

import org.jspecify.annotations.NullMarked;
