package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.function.IntFunction;

/**
 * The peer's side of the pipe; the {@code main} of a peer runs it.
 *
 * <p>Arguments: {@code serve THREADS} answers requests of {@link PeerProcess} on standard input and
 * output; {@code cold THREADS WORKLOAD SECONDS} trains for SECONDS from the start of the JVM and
 * prints the number of trained rows times timesteps (for example, characters).
 */
public final class PeerServer extends LibraryServer<Run> {
  static final int START = 's';
  static final int RESULT = 'r';
  static final int CLOSE = 'c';

  /** The seed of the problem of a cold start. */
  private static final long SEED = 1;

  private final Peer peer;

  private PeerServer(Peer peer) {
    this.peer = peer;
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
      new PeerServer(peers.apply(Integer.parseInt(args[1]))).serve();
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

  @Override
  protected boolean answer(int request) throws IOException {
    switch (request) {
      case START -> {
        Problem problem = Wire.readProblem(in);
        attempt(() -> begin(() -> peer.start(problem)));
      }
      case RESULT -> attempt(() -> begun().result(), result -> Wire.writeFloats(out, result));
      case CLOSE -> attempt(this::end);
      default -> {
        return false;
      }
    }
    return true;
  }
}
