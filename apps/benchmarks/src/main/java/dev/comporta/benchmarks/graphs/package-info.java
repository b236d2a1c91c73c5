/**
 * ONNX files run by a library in a JVM of its own: the protocol, the server and the client.
 *
 * <p>Not here: the libraries themselves ({@code ours}, {@code peers}), the benchmark that measures
 * files.
 *
 * <p>Start reading at {@link dev.comporta.benchmarks.graphs.GraphProcess}.
 *
 * <p>To add a library: implement {@code GraphLibrary}, and give it a {@code main} that calls {@code
 * GraphServer.serve}.
 */
@NullMarked
package dev.comporta.benchmarks.graphs;

import org.jspecify.annotations.NullMarked;
