package dev.comporta.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.comporta.api.ComportaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Ranks on threads, which are connected by sockets. */
class MeshTest {
  private static final byte[] KEY = {1, 2, 3, 4};

  private interface Rank<T> {
    T run(Mesh mesh) throws Exception;
  }

  private static List<ServerSocket> servers(int ranks) throws IOException {
    List<ServerSocket> servers = new ArrayList<>();
    for (int i = 0; i < ranks; i++) {
      servers.add(new ServerSocket(0, ranks, InetAddress.getLoopbackAddress()));
    }
    return servers;
  }

  private static <T> List<Future<T>> run(List<ServerSocket> servers, Rank<T> rank) {
    List<String> addresses = servers.stream().map(it -> "127.0.0.1:" + it.getLocalPort()).toList();
    try (ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new)) {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < servers.size(); i++) {
        int own = i;
        running.add(
            threads.submit(() -> {
              try (Mesh mesh = Mesh.connect(own, servers.get(own), addresses, KEY)) {
                return rank.run(mesh);
              }
            }));
      }
      return running;
    }
  }

  /** Messages are larger than what the system keeps of a message that nobody reads. */
  @Test
  void allRanksHearWhyOneOfThemEndsWhileTheyExchange() {
    List<Future<String>> ended =
        assertTimeoutPreemptively(
            Duration.ofSeconds(60),
            () ->
                run(
                    servers(3),
                    mesh -> {
                      try {
                        if (mesh.rank() > 0) {
                          mesh.allGather(new byte[1 << 25]);
                        }
                        throw new ComportaException("the disk is full");
                      } catch (ComportaException e) {
                        mesh.abort(String.valueOf(e.getMessage()));
                        return e.getMessage();
                      }
                    }));
    assertThat(ended).extracting(Future::resultNow).containsOnly("the disk is full");
  }

  @Test
  void connectionsOfOthersAreClosed() throws Exception {
    List<ServerSocket> servers = servers(2);
    try (Socket reset = stranger(servers.getFirst())) {
      reset.setSoLinger(true, 0);
    }
    try (Socket silent = stranger(servers.getFirst());
        Socket wrong = stranger(servers.getFirst())) {
      silent.shutdownOutput();
      wrong.getOutputStream().write(new byte[] {4, 3, 2, 1, 0, 0, 0, 1});
      List<Future<List<byte[]>>> heard =
          run(servers, mesh -> mesh.allGather(new byte[] {(byte) mesh.rank()}));
      assertThat(heard)
          .allSatisfy(
              it -> assertThat(it.resultNow()).containsExactly(new byte[] {0}, new byte[] {1}));
    }
  }

  private static Socket stranger(ServerSocket server) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.getLocalPort());
  }
}
