package dev.comporta.benchmarks.peers;

import static dev.comporta.api.Formatting.formatted;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Predicate;

/**
 * A library in a separate JVM, so that libraries do not share threads, heap or compiled code, and
 * the benchmark does not need them on its class path. Times are measured inside the library's
 * process; an idle process waits for its pipe.
 */
public final class PeerProcess implements Peer, AutoCloseable {
  private final String name;
  private final Predicate<Workload> runs;
  private final Process process;
  private final DataInputStream in;
  private final DataOutputStream out;
  private boolean broken;

  private PeerProcess(String name, Predicate<Workload> runs, Process process) {
    this.name = name;
    this.runs = runs;
    this.process = process;
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
  }

  /**
   * Starts the JVM.
   *
   * @param launch describes how to start it
   * @param runs whether the library supports a workload
   * @param threads the number of threads that a product may use
   */
  public static PeerProcess start(Launch launch, Predicate<Workload> runs, int threads) {
    try {
      Process process =
          new ProcessBuilder(launch.command("serve", Integer.toString(threads)))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      return new PeerProcess(launch.label(), runs, process);
    } catch (IOException e) {
      throw new UncheckedIOException(
          formatted("[benchmarks] the process of %s did not start", launch.label()), e);
    }
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
    request(PeerServer.START, o -> Wire.writeProblem(o, problem));
    return new RemoteRun();
  }

  @Override
  public void close() {
    if (broken) {
      process.destroyForcibly();
      return;
    }
    try {
      out.close();
      process.waitFor();
    } catch (IOException e) {
      process.destroyForcibly();
      throw new UncheckedIOException(
          formatted("[benchmarks] cannot close the pipe to %s", name()), e);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private void request(int kind, Writing body) {
    try {
      out.writeByte(kind);
      body.to(out);
      out.flush();
      int answer = in.readByte();
      if (answer == PeerServer.FAILED) {
        throw new IllegalStateException(formatted("[%s] %s", name(), in.readUTF()));
      }
      if (answer != PeerServer.OK) {
        throw new IOException(
            formatted("[%s] expected the answer %d but got %d", name(), PeerServer.OK, answer));
      }
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private UncheckedIOException broken(IOException e) {
    broken = true;
    return new UncheckedIOException(
        formatted(
            "[benchmarks] the process of %s ended or closed its pipe; its errors are above",
            name()),
        e);
  }

  private final class RemoteRun implements Run {

    @Override
    public void execute() {
      time(1, 1);
    }

    @Override
    public float[] result() {
      request(PeerServer.RESULT, _ -> {});
      try {
        return Wire.readFloats(in);
      } catch (IOException e) {
        throw broken(e);
      }
    }

    @Override
    public double[] time(int samples, int executions) {
      request(
          PeerServer.TIME,
          o -> {
            o.writeInt(samples);
            o.writeInt(executions);
          });
      try {
        return Wire.readDoubles(in);
      } catch (IOException e) {
        throw broken(e);
      }
    }

    @Override
    public void close() {
      if (broken) {
        return;
      }
      request(PeerServer.CLOSE, _ -> {});
    }
  }
}
