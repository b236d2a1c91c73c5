package dev.comporta.tasks.labels;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.api.UnknownNameException;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTexts;
import dev.comporta.frame.data.CsvTexts.Row;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads sequences of numbers and their labels: a file for each sequence, in a folder or a ZIP
 * archive, and a table of labels; or one table whose rows are grouped by the ID of their sequence.
 *
 * @param labels the table with the ID and the label of each sequence: a file, or the name of a file
 *     in the folder or archive; null if the rows of the sequences have a column of labels
 * @param idColumn the column with the IDs; null for the first
 * @param labelColumn the column with the labels; null for the second of a table of labels
 * @param format how all files are written
 */
record LabelledSeries(
    @Nullable Path labels,
    @Nullable String idColumn,
    @Nullable String labelColumn,
    CsvFormat format) {
  private static final String LABEL = "label";

  /** The label of a sequence, and where it was read. */
  private record Given(String label, String place) {}

  /**
   * Reads the sequences.
   *
   * @param data a folder, a ZIP archive, or a CSV file
   * @return for each sequence its label, and its numbers as {@link NumberRows} writes them
   * @throws ComportaException naming the place of what cannot be used
   */
  LabelledTexts read(Path data) {
    if (FileSet.is(data)) {
      return ofFiles(FileSet.of(data));
    }
    if (!Files.exists(data)) {
      throw new ComportaException(
          formatted(
              "[classify] expected a folder, a ZIP archive or a CSV file but there is no %s",
              data));
    }
    return ofRows(data);
  }

  // A file for each sequence

  private LabelledTexts ofFiles(FileSet files) {
    if (labels == null) {
      throw new ComportaException(
          formatted(
              "[classify] expected --labels, a table with the ID and the label of each sequence in %s, but got none",
              files.path()));
    }
    Map<String, List<String>> byId = new HashMap<>();
    String table = entry(files, labels);
    files.names().stream()
        .filter(name -> !name.equals(table))
        .forEach(name ->
            ids(name).forEach(id -> byId.computeIfAbsent(id, _ -> new ArrayList<>()).add(name)));
    Map<String, Given> given = table(files, table, byId.keySet());
    Map<String, Given> byName = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    given.forEach((id, label) -> {
      List<String> found = byId.getOrDefault(id, List.of());
      if (found.size() > 1) {
        throw new ComportaException(
            formatted(
                "[classify] expected one file whose name is or ends with the ID %s of %s but %s has several, such as %s; give IDs that end with more of the names",
                Printable.quoted(id), label.place, files.path(), found.subList(0, 2)));
      }
      Given other = found.isEmpty() ? null : byName.put(found.getFirst(), label);
      if (other != null) {
        throw new ComportaException(
            formatted(
                "[classify] expected one ID for each file but %s and %s both mean %s",
                other.place, label.place, found.getFirst()));
      }
      if (found.isEmpty()) {
        missing.add(id);
      }
    });
    Map<String, byte[]> read = files.read(List.copyOf(byName.keySet()));
    List<Text> texts = new ArrayList<>();
    byName.forEach((name, label) -> {
      String place = files.place(name);
      List<Row> rows =
          CsvTexts.readAll(FileSet.text(Objects.requireNonNull(read.get(name))), place, format);
      texts.add(
          new Text(label.label, NumberRows.of(rows, format.decimalComma(), place).text(), place));
    });
    long left =
        files.names().stream().filter(it -> !byName.containsKey(it) && !it.equals(table)).count();
    return same(files.path().toString(), texts, notes(left, "files without a label", missing));
  }

  private static List<String> notes(long left, String what, List<String> missing) {
    List<String> notes = new ArrayList<>();
    if (left > 0) {
      notes.add(formatted("left out: %,d %s", left, what));
    }
    if (!missing.isEmpty()) {
      notes.add(
          formatted(
              "left out: %,d labels without a sequence, the first of them for the ID %s",
              missing.size(), Printable.quoted(missing.getFirst())));
    }
    return notes;
  }

  /** The name of the table of labels in the folder or archive; null if it is a file elsewhere. */
  private static @Nullable String entry(FileSet files, Path labels) {
    if (Files.isRegularFile(labels)) {
      Path folder = files.path().toAbsolutePath().normalize();
      Path file = labels.toAbsolutePath().normalize();
      return file.startsWith(folder) && Files.isDirectory(folder)
          ? folder.relativize(file).toString().replace('\\', '/')
          : null;
    }
    String wanted = labels.toString().replace('\\', '/');
    List<String> found =
        files.names().stream()
            .filter(name -> name.equals(wanted) || name.endsWith("/" + wanted))
            .toList();
    if (found.size() != 1) {
      throw new ComportaException(
          formatted(
              "--labels expected a file, or the name of one in %s, but there %s %s",
              files.path(), found.isEmpty() ? "is no" : "are several of the name", labels));
    }
    return found.getFirst();
  }

  /** What may be the ID of a file: its name, and what follows a character such as _ in it. */
  private static Set<String> ids(String name) {
    Set<String> ids = new HashSet<>(Set.of(name));
    String file = name.substring(name.lastIndexOf('/') + 1);
    ids.add(file);
    int dot = file.lastIndexOf('.');
    String stem = dot > 0 ? file.substring(0, dot) : file;
    ids.add(stem);
    for (int i = 1; i < stem.length(); i++) {
      if (!Character.isLetterOrDigit(stem.charAt(i - 1))
          && Character.isLetterOrDigit(stem.charAt(i))) {
        ids.add(stem.substring(i));
      }
    }
    return ids;
  }

  /** The label of each ID. A first line without the ID of a sequence names the columns. */
  private Map<String, Given> table(
      @Nullable FileSet files, @Nullable String entry, Set<String> known) {
    List<Row> rows;
    String name;
    if (files != null && entry != null) {
      name = files.place(entry);
      rows = CsvTexts.readAll(FileSet.text(files.read(entry)), name, format);
    } else {
      name = String.valueOf(labels);
      rows = CsvTexts.readAll(Objects.requireNonNull(labels), format);
    }
    List<String> names =
        rows.isEmpty()
            ? List.of()
            : rows.getFirst().fields().stream().map(LabelledSeries::name).toList();
    int label = labelColumn == null ? -1 : place(name, names, labelColumn);
    int id = idColumn == null ? (label == 0 ? 1 : 0) : place(name, names, idColumn);
    label = labelColumn == null ? (id == 1 ? 0 : 1) : label;
    requireTwo(id, label);
    boolean named =
        idColumn != null
            || labelColumn != null
            || names.isEmpty()
            || !known.contains(names.getFirst());
    Map<String, Given> given = new LinkedHashMap<>();
    for (Row row : rows.subList(named && !rows.isEmpty() ? 1 : 0, rows.size())) {
      List<String> fields = row.fields();
      if (Math.max(id, label) >= fields.size() || fields.get(label).isEmpty()) {
        throw new ComportaException(
            formatted(
                "[classify] expected the ID of a sequence and its label in %s but it has %d fields, and the label is in field %d",
                row.place(), fields.size(), label + 1));
      }
      Given own = new Given(fields.get(label), row.place());
      Given other = given.put(fields.get(id), own);
      if (other != null) {
        throw new ComportaException(
            formatted(
                "[classify] expected one label for the sequence %s but it is in %s and in %s",
                Printable.quoted(fields.get(id)), other.place, own.place));
      }
    }
    if (given.isEmpty()) {
      throw new ComportaException(
          formatted("[classify] expected the labels of sequences in %s but it has none", name));
    }
    return given;
  }

  private void requireTwo(int id, int label) {
    if (id == label) {
      throw new ComportaException(
          formatted(
              "[classify] expected two columns for IDs and labels but both are %s; give another --id-column or --label-column",
              idColumn == null ? labelColumn : idColumn));
    }
  }

  /** A name without the # that some tools write before the first line. */
  private static String name(String field) {
    return field.startsWith("#") ? field.substring(1).strip() : field;
  }

  private static int place(String file, List<String> names, String wanted) {
    int place = names.indexOf(wanted);
    if (place < 0) {
      throw new UnknownNameException("column of " + file, wanted, names);
    }
    return place;
  }

  // Rows that are grouped by the ID of their sequence

  private LabelledTexts ofRows(Path data) {
    List<Row> rows = CsvTexts.readAll(data, format);
    if (rows.size() < 2) {
      throw new ComportaException(
          formatted(
              "[classify] expected a line with the names of the columns and rows of numbers in %s but it has %d lines",
              data, rows.size()));
    }
    List<String> names = rows.getFirst().fields().stream().map(LabelledSeries::name).toList();
    int label =
        labels == null
            ? place(data.toString(), names, labelColumn == null ? LABEL : labelColumn)
            : -1;
    int id = idColumn == null ? (label == 0 ? 1 : 0) : place(data.toString(), names, idColumn);
    requireTwo(id, label);
    if (names.size() < (label < 0 ? 2 : 3)) {
      throw new ComportaException(
          formatted(
              "[classify] expected columns of numbers besides the IDs%s in %s but it has the columns %s",
              label < 0 ? "" : " and labels", data, Printable.quote(names.toString())));
    }
    Map<String, NumberRows> sequences = new LinkedHashMap<>();
    Map<String, Given> given = new HashMap<>();
    Map<String, String> places = new HashMap<>();
    for (Row row : rows.subList(1, rows.size())) {
      if (row.fields().size() != names.size()) {
        throw new ComportaException(
            formatted(
                "[classify] expected %d fields, as named at the top, in %s but it has %d",
                names.size(), row.place(), row.fields().size()));
      }
      String own = row.fields().get(id);
      List<String> numbers = new ArrayList<>(row.fields());
      numbers.remove(Math.max(id, label));
      if (label >= 0) {
        numbers.remove(Math.min(id, label));
        String said = row.fields().get(label);
        Given before = given.putIfAbsent(own, new Given(said, row.place()));
        if (said.isEmpty() || (before != null && !before.label.equals(said))) {
          throw new ComportaException(
              formatted(
                  "[classify] expected one label in all rows of the sequence %s but got %s in %s",
                  Printable.quoted(own),
                  said.isEmpty() ? "none" : Printable.quoted(said),
                  row.place()));
        }
      }
      places.putIfAbsent(own, row.place());
      sequences
          .computeIfAbsent(own, _ -> new NumberRows(format.decimalComma()))
          .add(numbers, row.place());
    }
    if (labels != null) {
      given.putAll(table(null, null, sequences.keySet()));
    }
    List<Text> texts = new ArrayList<>();
    sequences.forEach((own, numbers) -> {
      Given said = given.get(own);
      if (said != null) {
        texts.add(new Text(said.label, numbers.text(), Objects.requireNonNull(places.get(own))));
      }
    });
    List<String> missing =
        given.keySet().stream().filter(own -> !sequences.containsKey(own)).toList();
    long left = (long) sequences.size() - texts.size();
    return same(data.toString(), texts, notes(left, "sequences without a label", missing));
  }

  /** Requires as many columns in all sequences. */
  private static LabelledTexts same(String name, List<Text> texts, List<String> notes) {
    if (texts.isEmpty()) {
      throw new ComportaException(
          formatted(
              "[classify] expected sequences in %s with the IDs of the labels but none has one; a file's name is the ID, or ends with it",
              name));
    }
    int columns = NumberRows.columns(texts.getFirst().text());
    for (Text text : texts) {
      int own = NumberRows.columns(text.text());
      if (own != columns || own == 0) {
        throw new ComportaException(
            formatted(
                "[classify] expected %d numbers at each timestep, as in %s, but %s has %d",
                columns, texts.getFirst().place(), text.place(), own));
      }
    }
    return new LabelledTexts(name, texts, notes);
  }
}
