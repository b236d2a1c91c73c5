package dev.comporta.tasks.handwriting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.inference.Ink;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pen strokes are read from JSON and UNIPEN, and what is not one is refused in a sentence. */
class InkFilesTest {
  private static final String UNIPEN =
      """
      .VERSION 1.0
      .COORD T X Y
      .HIERARCHY PAGE WORD CHARACTER
      .COMMENT a tablet of
       1 2 3 inches
      .SEGMENT WORD 0-2,6 OK "it"
      .SEGMENT CHARACTER 0 ? "i"
      .SEGMENT WORD 4 ? "l"
      .PEN_DOWN
      0 10 20
      1 11 -5.5
      .PEN_UP
      2 99 99
      .DT 10
      .PEN_DOWN
      3 10 28
      .PEN_UP
      .PEN_DOWN
      4 30 0
      5 30 20
      .PEN_UP
      .PEN_DOWN
      6 1e1 7
      .PEN_UP
      """;

  private static List<InkSet.Sample> read(String text) {
    return InkSet.read(text, "ink", true);
  }

  private static String points(Ink ink) {
    StringBuilder points = new StringBuilder();
    for (float[] stroke : ink.strokes()) {
      points.append(Arrays.toString(stroke));
    }
    return points.toString();
  }

  @Test
  void segmentsOfWordsAreRead() {
    List<InkSet.Sample> samples = read(UNIPEN);
    assertThat(samples.stream().map(InkSet.Sample::text)).containsExactly("it", "l");
    assertThat(points(samples.get(0).ink()))
        .isEqualTo("[10.0, -20.0, 11.0, 5.5][10.0, -28.0][10.0, -7.0]");
    assertThat(points(samples.get(1).ink())).isEqualTo("[30.0, 0.0, 30.0, -20.0]");
    assertThat(samples.get(1).place()).isEqualTo("line 8 of ink");
  }

  /** As in the digits of Alpaydin and Alimoglu: each segment is before its strokes. */
  @Test
  void segmentsWithoutNumbersAreWhatFollows() {
    String digit = ".SEGMENT DIGIT ? \"%s\"\n.PEN_DOWN\n 1 2\n 3 4\n.PEN_UP\n.DT 96\n";
    List<InkSet.Sample> samples =
        read(digit.formatted("8") + digit.formatted("").replace("? \"\"", "\"4\""));
    assertThat(samples.stream().map(InkSet.Sample::text)).containsExactly("8", "4");
    assertThat(points(samples.getLast().ink())).isEqualTo("[1.0, -2.0, 3.0, -4.0]");
    String unlabelled = ".PEN_DOWN\n1 2\n.PEN_UP\n.PEN_DOWN\n3 4\n.PEN_UP\n";
    assertThat(points(InkSet.read(unlabelled, "ink", false).getFirst().ink()))
        .isEqualTo("[1.0, -2.0][3.0, -4.0]");
  }

  @Test
  void jsonIsReadAndWritten() {
    Ink ink = new Ink(List.of(new float[] {0, 0, 1.5f, -8.25f}, new float[] {100, 2}));
    String line = JsonInk.write("a \"b\"", ink);
    assertThat(line)
        .isEqualTo(
            "{\"text\": \"a \\\"b\\\"\", \"strokes\": [[[0, 0], [1.5, -8.25]], [[100, 2]]]}");
    List<InkSet.Sample> samples =
        read(line + "\n\n{\"strokes\": [[[1, 2, 0.5], [3, 4, 0.6]]], \"text\": \"x\", \"id\": 7}");
    assertThat(samples.stream().map(InkSet.Sample::text)).containsExactly("a \"b\"", "x");
    assertThat(points(samples.get(0).ink())).isEqualTo(points(ink));
    assertThat(points(samples.get(1).ink())).isEqualTo("[1.0, 2.0, 3.0, 4.0]");
    assertThat(new InkSet("a", samples).sha256()).isEqualTo(new InkSet("b", samples).sha256());
  }

  /** Objects may take several lines, and may be in a list. */
  @Test
  void jsonMayBeALongList() {
    String list =
        """
        [
          {"text": "a",
           "strokes": [[[1, 2]]]},
          {"text": "b", "strokes": [[[3, 4]]]}
        ]
        """;
    List<InkSet.Sample> samples = read(list);
    assertThat(samples.stream().map(InkSet.Sample::place))
        .containsExactly("line 2 of ink", "line 4 of ink");
    assertThat(points(samples.get(1).ink())).isEqualTo("[3.0, 4.0]");
    assertThat(
            read(
                "{\"text\": \"a\",\n\"strokes\": [[[1, 2]]]}\n{\"text\": \"b\", \"strokes\": [[[3, 4]]]}"))
        .hasSize(2);
    assertThatThrownBy(() -> read(list + "{}"))
        .hasMessageContaining(
            "expected a single list of samples in ink but line 6 has more after it");
    assertThatThrownBy(() -> read("[]"))
        .hasMessageContaining("expected pen strokes in ink but the list is empty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ".PEN_DOWN;1 2;3 4 | expected .PEN_UP after the stroke that begins in line 1 of ink but the file ends; add .PEN_UP",
        ".PEN_DOWN;1 2;.PEN_DOWN;3 4;.PEN_UP | begins in line 1 of ink but found .PEN_DOWN in line 3",
        ".PEN_DOWN;1 2;.SEGMENT WORD ? \"a\" | begins in line 1 of ink but found .SEGMENT in line 3",
        ".PEN_DOWN;1 2;.COMMENT | begins in line 1 of ink but found .COMMENT in line 3",
        ".SEGMENT WORD ? \"a\";.PEN_DOWN;.PEN_UP | expected one point or more after the .PEN_DOWN in line 2",
        ".PEN_DOWN;1 NaN;.PEN_UP | expected 2 numbers from -1000000000 to 1000000000, the coordinates of a point, in line 2",
        ".PEN_DOWN;1 1e99;.PEN_UP | expected 2 numbers from -1000000000 to 1000000000, the coordinates of a point, in line 2",
        ".PEN_DOWN;1;.PEN_UP | but found '1'",
        ".PEN_DOWN;1 2;.PEN_UP | expected a label, as in .SEGMENT WORD 0-3 OK \"hello\", in ink",
        ".SEGMENT WORD ? \"a\" | expected one stroke or more in line 1 of ink but there is none",
        ".SEGMENT WORD 0-3 ? \"a\";.PEN_DOWN;1 2;.PEN_UP | expected parts from 0 to 1, those of the file, in the segment of line 1",
        ".SEGMENT WORD 1-0 ? \"a\";.PEN_DOWN;1 2;.PEN_UP | but found 1-0",
        ".SEGMENT WORD 0:3-1 ? \"a\";.PEN_DOWN;1 2;.PEN_UP | expected the numbers of whole parts, as in 0-3,5",
        ".SEGMENT WORD 99999999999 ? \"a\" | but found '99999999999'",
        ".SEGMENT WORD 1 ? \"a\";.PEN_DOWN;1 2;.PEN_UP;0 1 | expected one stroke or more in line 1",
        ".SEGMENT WORD 0 ?;.PEN_DOWN;1 2;.PEN_UP | expected a label in quotation marks in the segment of line 1",
        ".SEGMENT A ? \"a\";.SEGMENT B ? \"a\" | expected segments of the level WORD, or of one level, in ink but found those of A, B",
        ".COORD X T | expected X and Y in the .COORD of line 1 of ink but found 'X T'",
        ".INCLUDE other.dat | line 1 of ink includes another, 'other.dat'",
        "no strokes | expected a label, as in .SEGMENT WORD",
        "{ | expected JSON in line 1 of ink but it is not",
        "[1] | expected an object with a list of 'strokes' in line 1 of ink but found",
        "{\"strokes\": [[[0, 1]]]} | expected the 'text' that was written, in quotation marks, in line 1 of ink but found nothing",
        "{\"text\": \" \", \"strokes\": [[[0, 1]]]} | expected the 'text' that was written, in quotation marks, in line 1",
        "{\"text\": 5, \"strokes\": [[[0, 1]]]} | expected the 'text' that was written, in quotation marks, in line 1 of ink but found 5;",
        "{\"text\": \"a\", \"strokes\": []} | expected one stroke or more in line 1 of ink but there is none",
        "{\"text\": \"a\", \"strokes\": [[[0, 1]], []]} | expected a list of one point [x, y] or more in stroke 2 of line 1 of ink but found",
        "{\"text\": \"a\", \"strokes\": [[[0]]]} | expected a point [x, y] in point 1 of stroke 1 of line 1",
        "{\"text\": \"a\", \"strokes\": [[[0, \"1\"]]]} | expected a number from -1000000000 to 1000000000 in point 1 of stroke 1",
        "{\"text\": \"a\", \"strokes\": [[[0, 1e99]]]} | expected a number from -1000000000 to 1000000000 in point 1 of stroke 1",
        "{\"text\": \"a\", \"strokes\": [[[0, NaN]]]} | expected JSON in line 1 of ink",
        "{\"text\": \"a\", \"text\": \"b\", \"strokes\": [[[0, 1]]]} | expected JSON in line 1 of ink",
        "{\"text\": \"a\", \"strokes\": [[[0, 2e9]]]} | expected a number from -1000000000 to 1000000000 in point 1 of stroke 1",
      })
  void whatIsNoInkIsRefused(String text, String message) {
    assertThatThrownBy(() -> read(text.replace(';', '\n')))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining(message);
  }

  /** Many segments that name the same large part are refused before memory runs out. */
  @Test
  void segmentsAreBounded() {
    String part = ".PEN_DOWN\n" + "1 2\n".repeat(50_000) + ".PEN_UP\n";
    String many = ".SEGMENT WORD 0 ? \"a\"\n".repeat(1_000);
    assertThatThrownBy(() -> read(many + part))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected at most 10,000,000 points in all segments of ink");
  }
}
