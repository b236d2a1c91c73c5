/**
 * What a benchmark measures and against whom: workloads, problems, and the door to a peer.
 *
 * <p>Not here: how one library does the work; that is in the package named after the library.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.Peer}.
 *
 * <p>To add a peer: implement {@code Peer}, and give it a {@code main} that calls {@code
 * PeerServer.main}.
 */
@NullMarked
package dev.comporta.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
