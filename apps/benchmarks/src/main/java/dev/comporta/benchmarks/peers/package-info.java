/**
 * Workloads, problems and the interface of peers.
 *
 * <p>Not here: the implementation in a library, which is in the package named after it.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.peers.Peer}.
 *
 * <p>To add a peer: implement {@code Peer}, and give it a {@code main} that calls {@code
 * PeerServer.main}.
 */
@NullMarked
package dev.comporta.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
