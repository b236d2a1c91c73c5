package dev.comporta.lessons.page;

import dev.comporta.lessons.figure.Rows;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Prints a page as plain text: figures as the numbers that they draw. */
public final class PlainText {
  private static final int WIDTH = 100;
  private static final int ROWS = 9;

  private PlainText() {}

  /**
   * Prints a page.
   *
   * @param page the page
   * @param language the texts
   * @param out takes the lines
   */
  public static void print(Page page, Words language, PrintWriter out) {
    Words words = language.in(page.name());
    String title = words.text("title");
    out.println(title);
    out.println("=".repeat(title.length()));
    wrapped(words.text("summary"), out);
    for (Block block : page.blocks()) {
      switch (block) {
        case Block.Text text -> {
          out.println();
          wrapped(words.text(text.key(), text.values().toArray()), out);
        }
        case Block.Equation equation -> out.println("    " + MathMl.plain(equation.source()));
        case Block.Table table -> {
          out.println();
          wrapped(words.text(table.key()), out);
          rows(table.rows(), words, out);
        }
        case Block.Drawing drawing -> {
          out.println();
          wrapped(words.text("figure") + ": " + words.text(drawing.key()), out);
          rows(drawing.figure().rows(ROWS), words, out);
        }
        case Block.Code code -> {
          out.println();
          code.source().lines().forEach(line -> out.println("    " + line));
        }
      }
    }
    out.println();
    wrapped(words.text("resultLabel") + ": " + PageObject.result(page, language), out);
    out.println(words.text("again") + ": " + page.command());
  }

  private static void rows(Rows rows, Words words, PrintWriter out) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(rows.head().stream().map(words::label).toList());
    rows.rows().forEach(row -> lines.add(row.stream().map(words::value).toList()));
    int[] widths = new int[rows.head().size()];
    for (List<String> line : lines) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], line.get(c).length());
      }
    }
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder("   ");
      for (int c = 0; c < widths.length; c++) {
        String pad = " ".repeat(widths[c] - line.get(c).length());
        text.append(' ').append(c == 0 ? line.get(c) + pad : pad + line.get(c)).append(' ');
      }
      out.println(text.toString().stripTrailing());
    }
  }

  private static void wrapped(String text, PrintWriter out) {
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WIDTH) {
        out.println(line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    out.println(line);
  }
}
