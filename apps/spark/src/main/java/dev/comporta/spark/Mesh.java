package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.training.Exchange;
import dev.comporta.training.TreeSum;
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
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Sockets between all trainers of a run. A sum is computed in slices: each rank receives its slice
 * of all arrays, adds them in the order of ranks, and sends the sum to all (reduce-scatter and
 * all-gather), so that a rank sends about twice the bytes of the array, however many ranks there
 * are. Numbers are little-endian.
 */
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
  private long exchanges;

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

  /** The number of sums and collections. */
  long exchanges() {
    return exchanges;
  }

  @Override
  public void sum(float[] values, double[] numbers) {
    long begun = System.nanoTime();
    int ranks = peers.length;
    int head = Double.BYTES * numbers.length;
    List<byte[]> slices =
        all(to -> {
          byte[] bytes = new byte[head + Float.BYTES * (from(values, to + 1) - from(values, to))];
          ByteBuffer buffer = little(bytes);
          for (double number : numbers) {
            buffer.putDouble(number);
          }
          floats(buffer).put(values, from(values, to), from(values, to + 1) - from(values, to));
          return bytes;
        });
    int own = from(values, rank + 1) - from(values, rank);
    TreeSum tree = new TreeSum(own, numbers.length);
    float[] slice = new float[own];
    double[] some = new double[numbers.length];
    for (byte[] bytes : slices) {
      requireLength(head + Float.BYTES * own, bytes.length);
      ByteBuffer buffer = little(bytes);
      for (int i = 0; i < some.length; i++) {
        some[i] = buffer.getDouble();
      }
      floats(buffer).get(slice);
      tree.add(1, slice, some);
    }
    tree.finish(slice, numbers);
    byte[] sum = new byte[Float.BYTES * own];
    floats(little(sum)).put(slice);
    List<byte[]> sums = all(_ -> sum);
    for (int from = 0; from < ranks; from++) {
      int at = from(values, from);
      int count = from(values, from + 1) - at;
      requireLength(Float.BYTES * count, sums.get(from).length);
      floats(little(sums.get(from))).get(values, at, count);
    }
    nanos += System.nanoTime() - begun;
    exchanges++;
  }

  /** Where the slice of a rank begins. */
  private int from(float[] values, int of) {
    return (int) ((long) values.length * of / peers.length);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static FloatBuffer floats(ByteBuffer buffer) {
    return buffer.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  private static void requireLength(int expected, int found) {
    if (expected != found) {
      throw new ComportaException(
          formatted(
              "[train] expected %d bytes from another rank but got %d; are all executors of one version of Comporta?",
              expected, found));
    }
  }

  @Override
  public List<byte[]> gather(byte[] own) {
    long begun = System.nanoTime();
    List<byte[]> all = all(_ -> own);
    nanos += System.nanoTime() - begun;
    exchanges++;
    return all;
  }

  /**
   * Sends something to each rank while it receives what each sent; this rank's own at its place.
   */
  private List<byte[]> all(IntFunction<byte[]> message) {
    List<Future<?>> sending = new ArrayList<>();
    for (int to = 0; to < peers.length; to++) {
      Peer peer = peers[to];
      if (peer != null) {
        byte[] bytes = message.apply(to);
        bytesSent += bytes.length + 2L * Integer.BYTES;
        sending.add(senders.submit(() -> send(peer, DATA, bytes)));
      }
    }
    List<byte[]> received = new ArrayList<>();
    for (int from = 0; from < peers.length; from++) {
      Peer peer = peers[from];
      received.add(peer == null ? message.apply(rank) : receive(from, peer));
    }
    for (Future<?> one : sending) {
      await(one);
    }
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
