package dev.comporta.tasks.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.training.Fold;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.tensor.CounterRandom;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sequences of numbers from files and from rows: the same, wherever they lie. */
class LabelledSeriesTest {
  private static final CsvFormat COMMA = new CsvFormat(',', false, CsvFormat.Missing.REJECT);
  private static final Map<String, String> FILES =
      new TreeMap<>(
          Map.of(
              "set/run_A_1.csv", "#x, y\n1,2\n3,4\n",
              "set/run_A_2.csv", "#x, y\n5,6\n",
              "set/run_A_12.csv", "7,8\n9,-1e2\n\n",
              "set/target.csv", "#sequence, label\n1,up\n12,down\n2,up\n",
              "notes/readme.txt", "no numbers",
              "notes/.hidden", "x"));

  @TempDir private Path folder;

  private static LabelledTexts read(Path data, @Nullable String labels) {
    return read(data, labels, null, null);
  }

  private static LabelledTexts read(
      Path data, @Nullable String labels, @Nullable String id, @Nullable String label) {
    return new LabelledSeries(labels == null ? null : Path.of(labels), id, label, COMMA).read(data);
  }

  private Path folder(Map<String, String> files) throws IOException {
    Path root = Files.createTempDirectory(folder, "set");
    for (var file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue());
    }
    return root;
  }

  private Path zip(Map<String, String> files) throws IOException {
    Path path = folder.resolve("set.zip");
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (var file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return path;
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<String> words(LabelledTexts read) {
    return read.texts().stream().map(it -> it.label() + ": " + it.text()).toList();
  }

  @Test
  void foldersAndArchivesAndRowsAreTheSameSequences() throws Exception {
    List<String> expected = List.of("up: 1 2\n3 4\n", "down: 7 8\n9 -1e2\n", "up: 5 6\n");
    Path root = folder(FILES);
    LabelledTexts files = read(root, "target.csv");
    assertThat(words(files)).isEqualTo(expected);
    assertThat(files.notes()).containsExactly("left out: 1 files without a label");
    assertThat(words(read(root, root.resolve("set/target.csv").toString()))).isEqualTo(expected);
    assertThat(words(read(zip(FILES), "set/target.csv"))).isEqualTo(expected);
    Path elsewhere = file("labels.csv", "1,up\n12,down\n2,up\n"); // without names
    assertThat(words(read(root, elsewhere.toString()))).isEqualTo(expected);
    Path rows =
        file("rows.csv", "id,x,label,y\na,1,up,2\na,3,up,4\nb,7,down,8\nb,9,down,-1e2\nc,5,up,6\n");
    assertThat(words(read(rows, null))).isEqualTo(expected);
    Path mixed =
        file(
            "mixed.csv", "kind,x,y,run\nup,1,2,a\nup,3,4,a\ndown,7,8,b\ndown,9,-1e2,b\nup,5,6,c\n");
    assertThat(words(read(mixed, null, "run", "kind"))).isEqualTo(expected);
    Path apart = file("apart.csv", "id,x,y\nb,7,8\na,1,2\na,3,4\nb,9,-1e2\nc,5,6\n");
    Path kinds = file("kinds.csv", "what,who\nup,a\ndown,b\nup,c\nup,d\n");
    LabelledTexts both = read(apart, kinds.toString(), null, "what");
    assertThat(words(both)).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(both.notes())
        .containsExactly("left out: 1 labels without a sequence, the first of them for the ID 'd'");
    assertThat(NumberRows.numbers("1 2\n3 -1e2\n")).containsExactly(1, 2, 3, -100);
  }

  @Test
  void whatCannotBeUsedIsNamedWithItsPlace() throws Exception {
    Path root = folder(FILES);
    refused(() -> read(root, null), "expected --labels, a table with the ID and the label");
    refused(() -> read(root, "absent.csv"), "--labels expected a file, or the name of one in");
    refused(() -> read(folder.resolve("none"), "l"), "there is no " + folder.resolve("none"));
    refusedFile("set/run_A_1.csv", "x,y\n", "set/run_A_1.csv but it is empty");
    refusedFile("set/run_A_1.csv", "", "set/run_A_1.csv but it is empty");
    refusedFile(
        "set/run_A_1.csv", "1,2\n3,?\n", "a number in column 2 of line 2 of ", "but got '?'");
    refusedFile("set/run_A_1.csv", "1,2\n3\n", "expected 2 numbers in line 2 of ", "it has 1");
    refusedFile(
        "set/run_A_12.csv", "1,2,3\n", "expected 2 numbers at each timestep, as in ", "has 3");
    refusedFile("set/run_B_2.csv", "1,2\n", "has several, such as [set/run_A_2.csv, set/run_B_2");
    refusedFile("set/target.csv", "id,label\n1,up\n1,down\n", "one label for the sequence '1'");
    refusedFile("set/target.csv", "id,label\n1,up\n2\n", "a sequence and its label in line 3");
    refusedFile("set/target.csv", "id,label\n", "expected the labels of sequences in ");
    refusedFile("set/target.csv", "id,label\n77,up\n", "but none has one");
    refusedFile("set/target.csv", "id,label\n1,up\nA_1,up\n", "both mean set/run_A_1.csv");
    Path rows = file("rows.csv", "id,x,label\na,1,up\na,2,down\n");
    Path bare = file("bare.csv", "id,label\na,up\n");
    refused(() -> read(bare, null), "expected columns of numbers besides the IDs and labels");
    refused(() -> read(rows, null), "one label in all rows of the sequence 'a' but got 'down'");
    refused(() -> read(rows, null, "label", "label"), "two columns for IDs and labels");
    refused(() -> read(rows, null, "who", null), "who");
    refused(() -> read(file("short.csv", "id,x,label\na,1\n"), null), "expected 3 fields");
    refused(() -> read(file("names.csv", "id,x,label\n"), null), "but it has 1 lines");
  }

  private void refusedFile(String name, String text, String... parts) throws IOException {
    Map<String, String> files = new TreeMap<>(FILES);
    files.put(name, text);
    Path root = folder(files);
    refused(() -> read(root, "target.csv"), parts);
  }

  private interface Reading {
    LabelledTexts read() throws IOException;
  }

  private static void refused(Reading reading, String... parts) {
    assertThatThrownBy(reading::read)
        .isInstanceOf(ComportaException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void foldsAreDisjointAndBalanced() {
    List<Text> all =
        IntStream.range(0, 53)
            .mapToObj(i -> new Text(i % 4 == 0 ? "rare" : "often", "text " + i, "line " + i))
            .toList();
    Set<Text> seen = new HashSet<>();
    for (int fold = 1; fold <= 5; fold++) {
      HeldOut held = HeldOut.fold(all, new Fold(fold, 5), new CounterRandom(3).stream("split"));
      assertThat(held.heldOut()).hasSizeBetween(10, 11).allMatch(seen::add);
      assertThat(held.training()).hasSize(53 - held.heldOut().size());
      assertThat(held.heldOut().stream().filter(it -> it.label().equals("rare")).count())
          .isBetween(2L, 3L);
    }
    assertThat(seen).hasSize(53);
    refused(
        () -> {
          HeldOut.fold(all.subList(0, 2), new Fold(1, 3), new CounterRandom(3));
          throw new IllegalStateException("more parts than texts");
        },
        "at least as many texts as --folds 3 but there are 2");
  }
}
