package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.Exchange;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Sockets between all trainers of a run. */
final class Mesh implements Exchange, AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /** A connection on which nothing arrives for so long counts as lost. */
  private static final int TIMEOUT_MILLIS = 30 * 60 * 1000;

  private static final int CONNECT_MILLIS = 60_000;

  /** A connection on which no key arrives for so long is not that of a rank. */
  private static final int STRANGER_MILLIS = 10_000;

  private static final int DATA = 0;
  private static final int FAILED = 1;

  private final int rank;
  private final @Nullable Peer[] peers; // none for this rank
  private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
  private long bytesSent;
  private long nanos;

  private record Peer(Socket socket, DataInputStream in, DataOutputStream out) {
    static Peer of(Socket socket) throws IOException {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      return new Peer(
          socket,
          new DataInputStream(socket.getInputStream()),
          new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER)));
    }
  }

  private Mesh(int rank, int ranks) {
    this.rank = rank;
    this.peers = new Peer[ranks];
  }

  /**
   * Connects a rank with all others, which do the same.
   *
   * @param rank its number
   * @param server where ranks of higher numbers connect; closed at the end
   * @param addresses of all ranks, {@code host:port}
   * @param key what every connection begins with; others are closed
   * @throws ComportaException if a rank cannot be reached
   */
  static Mesh connect(int rank, ServerSocket server, List<String> addresses, byte[] key) {
    Mesh mesh = new Mesh(rank, addresses.size());
    try (server) {
      server.setSoTimeout(CONNECT_MILLIS);
      for (int other = 0; other < rank; other++) {
        String address = addresses.get(other);
        int colon = address.lastIndexOf(':');
        Socket socket = new Socket();
        socket.connect(
            new InetSocketAddress(
                InetAddress.getByName(address.substring(0, colon)),
                Integer.parseInt(address.substring(colon + 1))),
            CONNECT_MILLIS);
        Peer peer = Peer.of(socket);
        mesh.peers[other] = peer;
        peer.out.write(key);
        peer.out.writeInt(rank);
        peer.out.flush();
      }
      for (int missing = addresses.size() - 1 - rank; missing > 0; ) {
        missing -= mesh.accept(server.accept(), key) ? 1 : 0;
      }
      return mesh;
    } catch (IOException e) {
      mesh.close();
      throw new ComportaException(
          formatted(
              "[train] rank %d cannot connect with the other ranks %s (%s); executors must reach each other on any port",
              rank, addresses, e.getMessage()),
          e);
    }
  }

  /**
   * Whether a connection is that of a rank that was not connected yet; any other is closed, such as
   * that of a port scanner.
   */
  private boolean accept(Socket socket, byte[] key) throws IOException {
    try {
      socket.setSoTimeout(STRANGER_MILLIS);
      if (MessageDigest.isEqual(socket.getInputStream().readNBytes(key.length), key)) {
        Peer peer = Peer.of(socket);
        int other = peer.in.readInt();
        if (other > rank && other < peers.length && peers[other] == null) {
          peers[other] = peer;
          return true;
        }
      }
    } catch (IOException e) {
      // It ended, or no key arrived in time. If a rank is missing, the server's time-out says so.
    }
    socket.close();
    return false;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int ranks() {
    return peers.length;
  }

  /** The bytes that this rank has sent. */
  long bytesSent() {
    return bytesSent;
  }

  /** The seconds that this rank has spent in exchanges, with the time it waited for others. */
  double seconds() {
    return nanos / 1e9;
  }

  @Override
  public List<byte[]> allToAll(List<byte[]> messages) {
    long begun = System.nanoTime();
    List<Future<?>> sending = new ArrayList<>();
    for (int to = 0; to < peers.length; to++) {
      Peer peer = peers[to];
      if (peer != null) {
        byte[] bytes = messages.get(to);
        bytesSent += bytes.length + 2L * Integer.BYTES;
        sending.add(senders.submit(() -> send(peer, DATA, bytes)));
      }
    }
    List<byte[]> received = new ArrayList<>();
    for (int from = 0; from < peers.length; from++) {
      Peer peer = peers[from];
      received.add(peer == null ? messages.get(rank) : receive(from, peer));
    }
    for (Future<?> one : sending) {
      await(one);
    }
    nanos += System.nanoTime() - begun;
    return received;
  }

  private static void send(Peer peer, int kind, byte[] bytes) {
    try {
      synchronized (peer) {
        peer.out.writeInt(kind);
        peer.out.writeInt(bytes.length);
        peer.out.write(bytes);
        peer.out.flush();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] receive(int from, Peer peer) {
    try {
      int kind = peer.in.readInt();
      int length = peer.in.readInt();
      byte[] bytes = peer.in.readNBytes(Math.max(0, length));
      if (bytes.length != length) {
        throw new IOException("its connection ended");
      }
      if (kind == FAILED) {
        throw new ComportaException(new String(bytes, StandardCharsets.UTF_8));
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("lost rank " + from + ": " + e.getMessage(), e);
    }
  }

  private static void await(Future<?> sent) {
    try {
      sent.get();
    } catch (ExecutionException e) {
      throw new UncheckedIOException(new IOException(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was interrupted", e);
    }
  }

  /**
   * Sends all other ranks the reason why this one ends. Until they have ended as well, what they
   * send is read and dropped. Otherwise two ranks that end at the same time could block each other
   * for ever, each in the middle of a long message that the other does not read.
   */
  void abort(String sentence) {
    byte[] bytes = sentence.getBytes(StandardCharsets.UTF_8);
    List<Future<?>> ending = new ArrayList<>();
    for (Peer peer : peers) {
      if (peer != null) {
        ending.add(
            senders.submit(() -> {
              send(peer, FAILED, bytes);
              peer.socket.shutdownOutput();
              return null;
            }));
        ending.add(senders.submit(() -> peer.in.transferTo(OutputStream.nullOutputStream())));
      }
    }
    for (Future<?> one : ending) {
      try {
        await(one);
      } catch (UncheckedIOException e) {
        // That rank has ended, or its connection is lost: nothing waits there for a reason.
      }
    }
  }

  @Override
  public void close() {
    for (Peer peer : peers) {
      if (peer != null) {
        try {
          peer.socket.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    senders.close();
  }
}
