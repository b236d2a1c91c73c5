package dev.comporta.benchmarks.peers;

import java.util.List;
import java.util.function.Predicate;

/** A library in a separate process; the benchmark does not need it on its class path. */
public final class PeerProcess implements Peer, AutoCloseable {
  private final String name;
  private final Predicate<Workload> runs;
  private final LibraryPipe pipe;

  private PeerProcess(String name, Predicate<Workload> runs, LibraryPipe pipe) {
    this.name = name;
    this.runs = runs;
    this.pipe = pipe;
  }

  /**
   * Starts the JVM.
   *
   * @param launch describes how to start it
   * @param runs whether the library supports a workload
   * @param threads the number of threads that a product may use
   */
  public static PeerProcess start(Launch launch, Predicate<Workload> runs, int threads) {
    LibraryPipe pipe = LibraryPipe.open(launch, "serve", Integer.toString(threads));
    return new PeerProcess(launch.label(), runs, pipe);
  }

  /**
   * Starts a program that is no JVM and answers the requests of {@link PeerServer}.
   *
   * @param name the name in tables
   * @param command the words of the command
   * @param runs whether the library supports a workload
   */
  public static PeerProcess start(String name, List<String> command, Predicate<Workload> runs) {
    return new PeerProcess(name, runs, LibraryPipe.open(name, command));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean runs(Workload workload) {
    return runs.test(workload);
  }

  @Override
  public Run start(Problem problem) {
    if (!runs(problem.workload())) {
      throw refusal(problem.workload());
    }
    pipe.request(PeerServer.START, to -> Wire.writeProblem(to, problem));
    return new RemoteRun();
  }

  @Override
  public void close() {
    pipe.close();
  }

  private final class RemoteRun implements Run {
    @Override
    public void execute() {
      time(1, 1);
    }

    @Override
    public float[] result() {
      return pipe.request(PeerServer.RESULT, _ -> {}, Wire::readFloats);
    }

    @Override
    public double[] time(int samples, int executions) {
      return pipe.time(samples, executions);
    }

    @Override
    public void close() {
      if (!pipe.isBroken()) {
        pipe.request(PeerServer.CLOSE, _ -> {});
      }
    }
  }
}
