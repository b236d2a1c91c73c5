package dev.comporta.lessons.page;

import static dev.comporta.lessons.markup.Markup.escaped;

import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.markup.Markup;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * A document of one or more pages that needs nothing else: no network, no script, figures in SVG
 * and formulas in MathML, both readable as XML.
 */
public final class HtmlPage {
  private static final int ROWS = 24;

  private final Words language;
  private final StringBuilder html = new StringBuilder();
  private int figures;

  private HtmlPage(Words language) {
    this.language = language;
  }

  /**
   * The document.
   *
   * @param pages one or more pages
   * @param language the texts
   * @return HTML in XML syntax
   */
  public static String of(List<Page> pages, Words language) {
    HtmlPage document = new HtmlPage(language);
    document.write(pages);
    return document.html.toString();
  }

  private static String style() {
    try (InputStream in = HtmlPage.class.getResourceAsStream("page.css")) {
      return new String(
          Objects.requireNonNull(in, "page.css").readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(List<Page> pages) {
    String title =
        pages.size() == 1
            ? language.in(pages.getFirst().name()).text("title")
            : language.text("all");
    line("<!DOCTYPE html>");
    line(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"" + language.language() + "\"><head>");
    line("<meta charset=\"utf-8\"/>");
    line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>");
    line("<meta name=\"color-scheme\" content=\"light dark\"/>");
    line("<title>" + escaped(title) + "</title>");
    line("<style>" + style() + "</style></head><body>");
    line("<a class=\"skip\" href=\"#content\">" + escaped(language.text("skip")) + "</a>");
    line("<header><h1>" + escaped(title) + "</h1></header>");
    if (pages.size() > 1) {
      line("<nav aria-label=\"" + escaped(language.text("contents")) + "\"><ol>");
      for (Page page : pages) {
        line(
            "<li><a href=\"#"
                + page.name()
                + "\">"
                + escaped(language.in(page.name()).text("title"))
                + "</a></li>");
      }
      line("</ol></nav>");
    }
    line("<main id=\"content\">");
    pages.forEach(page -> article(page, pages.size() > 1));
    line("</main></body></html>");
  }

  private void article(Page page, boolean many) {
    Words words = language.in(page.name());
    line("<article id=\"" + page.name() + "\">");
    if (many) {
      line("<h2>" + escaped(words.text("title")) + "</h2>");
    }
    line("<p class=\"summary\">" + rich(words.text("summary")) + "</p>");
    String result = PageObject.result(page, language);
    line(
        "<p class=\"result\"><strong>"
            + escaped(words.text("resultLabel"))
            + ".</strong> "
            + rich(result)
            + "</p>");
    page.blocks().forEach(block -> block(block, words));
    line("<h3>" + escaped(words.text("again")) + "</h3>");
    code(page.command(), words.text("again"));
    line("</article>");
  }

  private void block(Block block, Words words) {
    switch (block) {
      case Block.Text text ->
          line("<p>" + rich(words.text(text.key(), text.values().toArray())) + "</p>");
      case Block.Equation equation ->
          line("<div class=\"wide\">" + MathMl.element(equation.source()) + "</div>");
      case Block.Code code -> code(code.source(), words.text("code"));
      case Block.Table table -> {
        boolean wide = table.rows().head().size() > 3;
        line(wide ? "<figure class=\"full\">" : "<figure>");
        table(table.rows(), words, words.text(table.key()));
        line("<figcaption>" + rich(words.text(table.key())) + "</figcaption></figure>");
      }
      case Block.Drawing drawing -> {
        String caption = words.text(drawing.key());
        figures++;
        line("<figure>");
        line(drawing.figure().svg(words::label, caption));
        line(
            "<figcaption>"
                + escaped(words.text("figure"))
                + " "
                + figures
                + ". "
                + rich(caption)
                + "</figcaption>");
        line("<details><summary>" + escaped(words.text("numbers")) + "</summary>");
        table(drawing.figure().rows(ROWS), words, caption);
        line("</details></figure>");
      }
    }
  }

  private void code(String source, String label) {
    line(
        "<pre tabindex=\"0\" role=\"region\" aria-label=\""
            + escaped(label)
            + "\"><code>"
            + escaped(source)
            + "</code></pre>");
  }

  private void table(Rows rows, Words words, String label) {
    line(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\""
            + escaped(label)
            + "\"><table><thead><tr>");
    for (int c = 0; c < rows.head().size(); c++) {
      line(
          "<th scope=\"col\""
              + kind(rows, c)
              + ">"
              + rich(words.label(rows.head().get(c)))
              + "</th>");
    }
    line("</tr></thead><tbody>");
    for (List<Object> row : rows.rows()) {
      StringBuilder cells = new StringBuilder("<tr>");
      for (int c = 0; c < row.size(); c++) {
        String text = rich(words.value(row.get(c)));
        cells.append(
            c == 0
                ? "<th scope=\"row\">" + text + "</th>"
                : "<td" + kind(rows, c) + ">" + text + "</td>");
      }
      line(cells.append("</tr>").toString());
    }
    line("</tbody></table></div>");
  }

  /** Columns of words start at the left, columns of numbers end at the right. */
  private static String kind(Rows rows, int column) {
    boolean words =
        rows.rows().stream()
            .anyMatch(row -> row.get(column) instanceof String text && text.length() > 3);
    return words ? " class=\"words\"" : "";
  }

  private void line(String text) {
    html.append(text).append('\n');
  }

  private static String rich(String text) {
    return Markup.withSubscripts(text, "<sub>", "</sub>");
  }
}
