package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table of pictures: a folder with a file whose lines are the name of a picture, and what is said
 * of it, with tabs between.
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
   * @param picture the file of the picture
   * @param cells what comes after the name of the picture
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
   * @param holds what it holds, in words
   * @throws ComportaException if it cannot be read, or is empty
   */
  static PictureTable read(Path data, String name, String holds) {
    Path table = Files.isDirectory(data) ? data.resolve(name) : data;
    List<String> lines;
    try {
      lines = Files.readAllLines(table);
    } catch (IOException e) {
      throw new ComportaException(
          formatted(
              "--data expected a folder of pictures with a file %s but %s cannot be read",
              name, table),
          e);
    }
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      List<String> cells = List.of(lines.get(i).split("\t", -1));
      try {
        Path picture = table.resolveSibling(cells.getFirst());
        rows.add(new Row(i + 1, picture, cells.subList(1, cells.size())));
      } catch (InvalidPathException e) {
        throw wrong(table, i + 1, "the name of a picture", cells.getFirst());
      }
    }
    if (rows.isEmpty()) {
      throw new ComportaException(
          formatted("--data expected %s in %s but it has none", holds, table));
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
