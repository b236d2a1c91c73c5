package dev.comporta.lessons.page;

import dev.comporta.lessons.figure.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A page as maps, lists, texts and numbers, for JSON. */
public final class PageObject {
  private PageObject() {}

  /**
   * The result in one line.
   *
   * @param page the page
   * @param language the texts
   * @return a line of text
   */
  public static String result(Page page, Words language) {
    Block.Text result = page.result();
    return language.in(page.name()).text(result.key(), result.values().toArray());
  }

  /**
   * Everything of a page.
   *
   * @param page the page
   * @param language the texts
   * @return an object for JSON; numbers that are not finite are texts
   */
  public static Map<String, Object> of(Page page, Words language) {
    Words words = language.in(page.name());
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("lesson", page.name());
    object.put("language", language.language());
    object.put("title", words.text("title"));
    object.put("command", page.command());
    object.put("result", result(page, language));
    Map<String, Object> numbers = new LinkedHashMap<>();
    page.numbers()
        .forEach((name, values) ->
            numbers.put(name, values.length == 1 ? json(values[0]) : list(values)));
    object.put("numbers", numbers);
    object.put("blocks", page.blocks().stream().map(block -> object(block, words)).toList());
    return object;
  }

  private static Map<String, Object> object(Block block, Words words) {
    Map<String, Object> object = new LinkedHashMap<>();
    switch (block) {
      case Block.Text text -> object.put("text", words.text(text.key(), text.values().toArray()));
      case Block.Equation equation -> object.put("equation", MathMl.plain(equation.source()));
      case Block.Code code -> object.put("code", code.source());
      case Block.Table table -> rows(object, "table", table.key(), table.rows(), words);
      case Block.Drawing drawing ->
          rows(object, "figure", drawing.key(), drawing.figure().rows(Integer.MAX_VALUE), words);
    }
    return object;
  }

  private static void rows(
      Map<String, Object> object, String kind, String key, Rows rows, Words words) {
    object.put(kind, words.text(key));
    object.put("head", rows.head().stream().map(words::label).toList());
    List<Object> lines = new ArrayList<>();
    rows.rows()
        .forEach(row ->
            lines.add(
                row.stream()
                    .map(cell -> cell instanceof String label ? words.label(label) : json(cell))
                    .toList()));
    object.put("rows", lines);
  }

  private static List<Object> list(double[] values) {
    return Arrays.stream(values).mapToObj(PageObject::json).toList();
  }

  private static Object json(Object value) {
    return value instanceof Double number && !Double.isFinite(number)
        ? Numbers.text(number)
        : value;
  }
}
