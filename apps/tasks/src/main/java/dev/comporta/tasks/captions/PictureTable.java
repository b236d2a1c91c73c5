package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.serialization.FolderFile;
import dev.comporta.training.text.CorpusReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A table of pictures or clips: a folder with a file whose lines are the name of one, and what is
 * said of it, with tabs between.
 *
 * @param file the table
 * @param rows its lines
 */
record PictureTable(Path file, List<Row> rows) {
  PictureTable {
    rows = List.copyOf(rows);
  }

  /**
   * A line.
   *
   * @param number from 1
   * @param picture the file of the picture, or the file or folder of the clip
   * @param cells the other columns
   */
  record Row(int number, Path picture, List<String> cells) {
    Row {
      cells = List.copyOf(cells);
    }
  }

  /**
   * Reads a table.
   *
   * @param data a folder, or the table itself
   * @param name of the table in the folder
   * @param noun what its rows are about, for messages: {@code picture} or {@code clip}
   * @throws ComportaException if it cannot be read, or is empty
   */
  static PictureTable read(Path data, String name, String noun) {
    Path table = Files.isDirectory(data) ? data.resolve(name) : data;
    if (!Files.isRegularFile(table)) {
      throw new ComportaException(
          formatted(
              "--data expected a folder of %ss with a file %s but there is no %s",
              noun, name, table));
    }
    Path folder = Objects.requireNonNull(table.toAbsolutePath().getParent()); // it is a file
    List<String> lines = CorpusReader.read(table).text().lines().toList();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      List<String> cells = List.of(lines.get(i).split("\t", -1));
      try {
        FolderFile.requireInside(folder, cells.getFirst());
      } catch (IOException e) {
        throw (ComportaException)
            wrong(table, i + 1, formatted("the name of a %s in its folder", noun), cells.getFirst())
                .initCause(e);
      }
      Path picture = table.resolveSibling(cells.getFirst());
      rows.add(new Row(i + 1, picture, cells.subList(1, cells.size())));
    }
    return new PictureTable(table, rows);
  }

  /** The refusal of a line. */
  ComportaException wrong(Row row, String expected, String found) {
    return wrong(file, row.number(), expected, found);
  }

  private static ComportaException wrong(Path table, int line, String expected, String found) {
    return new ComportaException(
        formatted(
            "--data expected %s at line %d of %s but got '%s'",
            expected, line, table, Printable.quote(found)));
  }
}
