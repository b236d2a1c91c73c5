/**
 * RTNeural as a peer: a C++ program of ours, {@code rtneural_peer.cpp}, compiled with sources that
 * the user supplies.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.rtneural.RtNeural}. To add a size, add it to
 * {@code stream} in the C++ program and to {@link
 * dev.comporta.benchmarks.peers.Capabilities#RTNEURAL_SIZES}.
 */
@NullMarked
package dev.comporta.benchmarks.rtneural;

import org.jspecify.annotations.NullMarked;
