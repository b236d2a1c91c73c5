package dev.comporta.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One holder at a time, whatever the path is called and however the last one ended. */
class WriterLockTest {
  private static final List<String> ENDINGS = List.of(".previous", ".checkpoint");

  @TempDir private Path folder;

  private static WriterLock take(Path path) {
    return WriterLock.take(path, WriterLock.lockOf(path, ENDINGS), line -> {});
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void everySpellingOfAPathHasOneLock() throws IOException {
    Path model = Files.createFile(folder.resolve("m"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("m"));
    Path around =
        Files.createSymbolicLink(Files.createDirectory(folder.resolve("d")).resolve("up"), folder);
    List<Path> spellings =
        List.of(
            model,
            link,
            around.resolve("m"),
            folder.resolve("d").resolve("..").resolve("m"),
            Path.of("").toAbsolutePath().relativize(model),
            folder.resolve("m.checkpoint"),
            folder.resolve("m.checkpoint.previous"));
    for (Path first : spellings) {
      try (WriterLock _ = take(first)) {
        for (Path second : spellings) {
          assertThatThrownBy(() -> take(second))
              .isInstanceOf(ModelFileException.class)
              .hasMessage(
                  "%s is being written by another training of this process; wait until it ends, or choose another place",
                  second);
        }
        take(folder.resolve("other")).close();
      }
    }
    assertThat(names()).as("nothing is left").containsExactly("d", "link", "m");
  }

  @Test
  void anotherProcessIsNamedAndAKilledOneHoldsNothing() throws Exception {
    Path model = folder.resolve("m");
    Process holder = ChildJvm.start(Hold.class, List.of(), model.toString());
    try (BufferedReader lines = holder.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("held");
      assertThatThrownBy(() -> take(model))
          .hasMessage(
              "%s is being written by another training (process %d); wait until it ends, or choose another place",
              model, holder.pid());
      assertThat(names()).containsExactly(".m.lock");
    } finally {
      holder.destroyForcibly();
    }
    assertThat(holder.waitFor()).isNotZero();
    assertThat(names()).as("what it left").containsExactly(".m.lock");
    take(model).close();
    assertThat(names()).isEmpty();
  }

  /** Takes a lock and waits to be killed. */
  static final class Hold {
    private Hold() {}

    public static void main(String[] arguments) throws IOException {
      try (WriterLock _ = take(Path.of(arguments[0]))) {
        System.out.println("held");
        while (System.in.read() >= 0) {
          // until it is killed
        }
      }
    }
  }

  @Test
  void manyThreadsNeverHoldItTogether() throws Exception {
    Path model = folder.resolve("m");
    int[] held = {0, 0};
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int attempt = 0; attempt < 200; attempt++) {
                  try (WriterLock _ = take(model)) {
                    held[0]++;
                    held[1] = Math.max(held[1], held[0]);
                    held[0]--;
                  } catch (ModelFileException e) {
                    Thread.onSpinWait();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(held[1]).isEqualTo(1);
    assertThat(names()).isEmpty();
  }

  @Test
  void placesWithoutAFolderAreRefused() throws IOException {
    Path nowhere = folder.resolve("none").resolve("m");
    Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), nowhere);
    for (Path path : List.of(nowhere, dangling)) {
      assertThatThrownBy(() -> take(path))
          .isInstanceOf(ModelFileException.class)
          .hasMessageStartingWith("cannot write " + path + ": there is no folder ");
    }
    take(folder.resolve("n".repeat(255))).close();
    assertThat(names()).containsExactly("dangling");
  }
}
