package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.frame.Task;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;
import org.jspecify.annotations.Nullable;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * What a task of the barrier stage does: it hosts one rank, or with local steps or compression its
 * share of the parts, each a rank on a thread. If Spark runs the stage again, ranks continue from
 * the newest checkpoint.
 */
final class BarrierTask extends AbstractFunction1<Iterator<Integer>, Iterator<RankResult>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RankRun run;
  private final byte[] key;
  private final ExecutorNotes notes;

  BarrierTask(RankRun run, byte[] key, ExecutorNotes notes) {
    this.run = run;
    this.key = key.clone();
    this.notes = notes;
  }

  /**
   * What the tasks tell each other before they connect.
   *
   * @param addresses of the ranks that it hosts, with commas
   * @param step the newest checkpoint, or -1 for none; that of the first task counts
   * @param backend the backend that it computes on
   */
  private record Greeting(String addresses, long step, String backend) {
    static Greeting of(String text) {
      String[] parts = text.split("\\|", 3);
      return new Greeting(parts[0], Long.parseLong(parts[1]), parts[2]);
    }

    String text() {
      return addresses + "|" + step + "|" + backend;
    }
  }

  @Override
  public Iterator<RankResult> apply(Iterator<Integer> none) {
    try {
      return CollectionConverters.asScala(train(BarrierTaskContext.get()).iterator());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<RankResult> train(BarrierTaskContext context) throws IOException {
    int hosted =
        run.options().hasOnePartPerRank() ? run.options().parts() / run.options().tasks() : 1;
    int first = context.partitionId() * hosted;
    Catalog catalog = Catalog.load(Task.KIND);
    List<ServerSocket> servers = new ArrayList<>();
    try {
      InetAddress here =
          InetAddress.getByName(SparkEnv.get().blockManager().blockManagerId().host());
      for (int i = 0; i < hosted; i++) {
        servers.add(new ServerSocket(0, run.options().parts(), here));
      }
      String own =
          servers.stream()
              .map(it -> here.getHostAddress() + ":" + it.getLocalPort())
              .collect(Collectors.joining(","));
      boolean continues = run.options().resume() || context.stageAttemptNumber() > 0;
      Greeting greeting =
          new Greeting(own, continues && first == 0 ? newest() : -1, notes.addBackend(catalog));
      List<Greeting> all =
          Arrays.stream(context.allGather(greeting.text())).map(Greeting::of).toList();
      List<String> addresses =
          all.stream().flatMap(it -> Arrays.stream(it.addresses.split(","))).toList();
      String mixed = mixed(all.stream().map(Greeting::backend).toList());
      return mixed == null
          ? host(first, servers, addresses, all.getFirst().step, catalog)
          : List.of(RankResult.failed(first, mixed));
    } finally {
      for (ServerSocket server : servers) {
        server.close();
      }
    }
  }

  private long newest() {
    List<Long> complete =
        new SavedRounds(run.configuration().value(), run.options().checkpoints()).complete();
    return complete.isEmpty() ? -1 : complete.getFirst();
  }

  /** Two backends agree up to rounding only. */
  static @Nullable String mixed(List<String> all) {
    String backend = all.getFirst();
    for (String one : all) {
      if (!one.equals(backend)) {
        return formatted(
            "[train] expected all executors to compute on one backend but some have '%s' and others '%s'; give all of them --add-modules jdk.incubator.vector and processors with vectors of one width, or train with --backend reference",
            backend, one);
      }
    }
    return null;
  }

  private List<RankResult> host(
      int first, List<ServerSocket> servers, List<String> addresses, long step, Catalog catalog) {
    if (servers.size() == 1) {
      return List.of(one(first, servers.getFirst(), addresses, step, catalog));
    }
    ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory());
    try (threads) {
      List<Future<RankResult>> running = new ArrayList<>();
      for (int i = 0; i < servers.size(); i++) {
        int rank = first + i;
        ServerSocket server = servers.get(i);
        running.add(threads.submit(() -> one(rank, server, addresses, step, catalog)));
      }
      List<RankResult> results = new ArrayList<>();
      for (Future<RankResult> rank : running) {
        results.add(rank.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the task was interrupted", e);
    }
  }

  private RankResult one(
      int rank, ServerSocket server, List<String> addresses, long step, Catalog catalog) {
    try (Mesh mesh = Mesh.connect(rank, server, addresses, key)) {
      try {
        return run.train(mesh, step, catalog);
      } catch (ComportaException e) {
        mesh.abort(String.valueOf(e.getMessage()));
        throw e;
      }
    } catch (ComportaException e) {
      return RankResult.failed(rank, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
