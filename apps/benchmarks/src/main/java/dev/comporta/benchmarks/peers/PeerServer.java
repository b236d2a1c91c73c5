package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The peer's side of the pipe; the {@code main} of a peer runs it.
 *
 * <p>Arguments: {@code serve THREADS} answers requests of {@link PeerProcess} on standard input and
 * output; {@code cold THREADS WORKLOAD SECONDS} trains for SECONDS from the start of the JVM and
 * prints the number of trained rows times timesteps (for example, characters).
 */
public final class PeerServer {
  static final int START = 's';
  static final int TIME = 't';
  static final int RESULT = 'r';
  static final int CLOSE = 'c';
  static final int OK = 'k';
  static final int FAILED = 'f';

  /** The seed of the problem of a cold start. */
  private static final long SEED = 1;

  private final Peer peer;
  private final DataInputStream in;
  private final DataOutputStream out;
  private @Nullable Run run;

  private PeerServer(Peer peer, DataInputStream in, DataOutputStream out) {
    this.peer = peer;
    this.in = in;
    this.out = out;
  }

  /**
   * Runs the command given by the arguments.
   *
   * @param args the arguments described above
   * @param peers creates the peer for a number of threads
   * @throws IOException if the pipe breaks
   */
  public static void main(String[] args, IntFunction<Peer> peers) throws IOException {
    if (args.length == 2 && args[0].equals("serve")) {
      serve(peers.apply(Integer.parseInt(args[1])));
    } else if (args.length == 4 && args[0].equals("cold")) {
      Peer peer = peers.apply(Integer.parseInt(args[1]));
      System.out.println(trainCold(peer, args[2], Double.parseDouble(args[3])));
    } else {
      throw new IllegalArgumentException(
          formatted(
              "[benchmarks] expected 'serve THREADS' or 'cold THREADS WORKLOAD SECONDS' but got '%s'",
              String.join(" ", args)));
    }
  }

  /** Trains until the given number of seconds after the start of the JVM. */
  private static long trainCold(Peer peer, String name, double seconds) {
    if (!(Workloads.named(name) instanceof Workload.Training workload)) {
      throw new IllegalArgumentException(
          formatted("[benchmarks] %s is not a training workload", name));
    }
    long end = ManagementFactory.getRuntimeMXBean().getStartTime() + Math.round(seconds * 1000);
    try (Run run = peer.start(Problem.of(workload, SEED))) {
      return run.repeatUntil(end) * workload.batch() * workload.timesteps();
    }
  }

  /** Answers requests until the pipe closes; other output is redirected to standard error. */
  private static void serve(Peer peer) throws IOException {
    PrintStream pipe = System.out;
    System.setOut(System.err);
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(System.in));
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(pipe))) {
      PeerServer server = new PeerServer(peer, in, out);
      for (int request = in.read(); request >= 0; request = in.read()) {
        server.answer(request);
        out.flush();
      }
      server.closeRun();
    }
  }

  private void answer(int request) throws IOException {
    switch (request) {
      case START -> {
        Problem problem = Wire.readProblem(in);
        closeRun();
        try {
          run = peer.start(problem);
        } catch (RuntimeException e) {
          out.writeByte(FAILED);
          out.writeUTF(e.toString());
          return;
        }
        out.writeByte(OK);
      }
      case TIME -> {
        double[] nanos = requireRun().time(in.readInt(), in.readInt());
        out.writeByte(OK);
        Wire.writeDoubles(out, nanos);
      }
      case RESULT -> {
        float[] result = requireRun().result();
        out.writeByte(OK);
        Wire.writeFloats(out, result);
      }
      case CLOSE -> {
        closeRun();
        out.writeByte(OK);
      }
      default ->
          throw new IOException(formatted("[benchmarks] unknown request %d on the pipe", request));
    }
  }

  private Run requireRun() {
    if (run == null) {
      throw new IllegalStateException(
          "[benchmarks] expected a started problem but got none; start one first");
    }
    return run;
  }

  private void closeRun() {
    if (run != null) {
      run.close();
      run = null;
    }
  }
}
