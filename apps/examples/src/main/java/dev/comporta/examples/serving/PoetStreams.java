package dev.comporta.examples.serving;

import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.SessionGroup;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A stream, a restart in its middle, and many streams. */
public final class PoetStreams {
  private PoetStreams() {}

  /** Prints whether a restart and a group change an output. */
  public static void main(String[] arguments) throws Exception {
    Path file = Files.createTempFile("poet", ".comporta");
    try {
      Poet.train("tick tock, says the clock; ".repeat(20), file, 5);
      run(file);
    } finally {
      Files.delete(file);
    }
  }

  private static void run(Path file) {
    // @start region="stream"
    try (LoadedModel model = Models.load(file)) {
      float[] output = new float[model.network().outputSize()]; // a logit for each character
      byte[] state;
      try (Session session = model.newSession()) {
        session.step(3, output);
        session.step(1, output);
        state = session.save(); // to a file, or to another machine
        session.step(4, output);
      }
      // @end region="stream"
      // @start region="restart"
      float[] restarted = new float[output.length];
      try (Session session = model.newSession()) {
        session.load(state);
        session.step(4, restarted);
      }
      System.out.println("after a restart: " + Arrays.equals(restarted, output));
      // @end region="restart"
      // @start region="group"
      SessionGroup group = model.newEmptyGroup(100); // at most 100 streams at once
      int first = group.join();
      int second = group.join();
      group.load(second, state); // a stream that began elsewhere
      int[] ids = new int[100];
      ids[first] = 3;
      ids[second] = 4;
      float[] outputs = new float[100 * output.length];
      group.step(ids, outputs); // all joined streams in one product
      group.leave(first);
      int from = second * output.length;
      float[] row = Arrays.copyOfRange(outputs, from, from + output.length);
      System.out.println("in a group: " + Arrays.equals(row, output));
      // @end region="group"
    }
  }
}
