package dev.comporta.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.onnx.operators.Operators;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of operators in the guide is that of the code. */
class OperatorTableTest {
  private static final String BEGIN = "<!-- operators -->\n";
  private static final String END = "<!-- end of operators -->\n";

  private static String table() {
    return Operators.families().stream()
        .map(family -> "| " + family.title() + " | " + String.join(", ", family.names()) + " |\n")
        .collect(Collectors.joining("", "| family | operators |\n|---|---|\n", ""));
  }

  @Test
  void theGuideListsTheOperators() throws Exception {
    Path page = Path.of("..", "docs", "guide", "onnx.md");
    String text = Files.readString(page);
    int from = text.indexOf(BEGIN) + BEGIN.length();
    int to = text.indexOf(END);
    assertThat(from).isPositive();
    assertThat(to).isGreaterThan(from);
    String current = text.substring(0, from) + table() + text.substring(to);
    if (Boolean.getBoolean("comporta.guide.write")) {
      Files.writeString(page, current);
    }
    assertThat(Files.readString(page))
        .as("run this test with -Dcomporta.guide.write=true")
        .isEqualTo(current);
  }
}
