import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes one figure of each lesson as a file of its own, for the guide:
 *
 * <pre>
 * ./comporta lesson --all --out lessons.html
 * java .build/LessonPictures.java lessons.html docs/guide/pictures/lessons
 * </pre>
 */
final class LessonPictures {
  /** Which figure shows most, where it is not the first. */
  private static final Map<String, Integer> FIGURE =
      Map.of(
          "neuron", 2, "layer", 2, "sum", 2, "compare", 2, "bptt", 2, "deep", 2, "optimizers", 2, "translation", 3);

  private static final Pattern ARTICLE = Pattern.compile("<article id=\"([a-z-]+)\">(.*?)</article>", Pattern.DOTALL);
  private static final Pattern SVG = Pattern.compile("<svg viewBox=\"0 0 (\\d+) (\\d+)\"(.*?)</svg>", Pattern.DOTALL);

  public static void main(String[] arguments) throws IOException {
    String page = Files.readString(Path.of(arguments[0]));
    String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    Matcher article = ARTICLE.matcher(page);
    while (article.find()) {
      String name = article.group(1);
      List<String> figures =
          SVG.matcher(article.group(2))
              .results()
              .map(svg -> "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + svg.group(1) + "\" height=\"" + svg.group(2)
                  + "\" viewBox=\"0 0 " + svg.group(1) + " " + svg.group(2) + "\"" + svg.group(3) + "<style>" + drawing(style)
                  + "</style></svg>\n")
              .toList();
      String figure = figures.get(FIGURE.getOrDefault(name, 1) - 1);
      Files.writeString(folder.resolve(name + ".svg"), figure);
    }
  }

  /** The rules for colours in light and dark mode, and for drawings. */
  private static String drawing(String style) {
    String rules =
        style
            .replaceAll("@media (print|\\(m[^)]*\\))\\{([^{}]*\\{[^{}]*\\})*\\s*\\}", "")
            .replaceAll("(?m)^(?!:root|--|@media|svg).*\n?", "");
    return rules.replace("svg{display:block;width:100%;height:auto;max-width:40rem}\n", "") + "svg{background:var(--bg)}";
  }
}
