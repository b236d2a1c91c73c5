package dev.comporta.tasks.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.tasks.labels.LabelledTexts.Text;
import dev.comporta.tensor.CounterRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledTextsTest {
  @TempDir private Path folder;

  private LabelledTexts read(String text) throws IOException {
    return LabelledTexts.read(
        Files.writeString(folder.resolve("texts"), text), StandardCharsets.UTF_8);
  }

  private static List<String> shown(LabelledTexts read) {
    return read.texts().stream().map(it -> it.label() + "=" + it.text()).toList();
  }

  @Test
  void aLabelIsFollowedByATabOrASpace() throws Exception {
    assertThat(shown(read("good a fine day\n\nbad a poor day\n")))
        .containsExactly("good=a fine day", "bad=a poor day");
    assertThat(shown(read("very good\ta fine\tday\nbad\tno\n")))
        .containsExactly("very good=a fine\tday", "bad=no");
  }

  @Test
  void aFolderHoldsAFolderForEachLabel() throws Exception {
    for (String file : List.of("pos/1.txt", "pos/2.txt", "neg/a.txt", "neg/.hidden")) {
      Path path = folder.resolve("docs").resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, "text of\n" + file + "\n");
    }
    Files.writeString(folder.resolve("docs/readme"), "not a document");
    LabelledTexts read = LabelledTexts.read(folder.resolve("docs"), StandardCharsets.UTF_8);
    assertThat(shown(read))
        .containsExactly(
            "neg=text of\nneg/a.txt", "pos=text of\npos/1.txt", "pos=text of\npos/2.txt");
    assertThat(read.texts().getFirst().place()).endsWith("a.txt");
  }

  @Test
  void whereLabelsAreNumbersOtherLinesContinueTheLineBefore() throws Exception {
    StringBuilder text = new StringBuilder("1 first\n0 \nhas its text here\n1 \n");
    for (int i = 0; i < 40; i++) {
      text.append(i % 2).append(" text ").append(i).append('\n');
    }
    LabelledTexts read = read(text.toString());
    assertThat(shown(read)).startsWith("1=first", "0=has its text here", "0=text 0").hasSize(42);
    assertThat(read.notes())
        .hasSize(2)
        .anyMatch(note -> note.startsWith("1 lines begin with no label") && note.contains("line 3"))
        .anyMatch(note -> note.startsWith("left out: 1 labels") && note.contains("line 4 of"));
  }

  @Test
  void whatIsNoLabelledTextIsNamedByItsLine() {
    assertThatThrownBy(() -> read("good day\nlonely\n"))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected a label, a space and a text in line 2 of")
        .hasMessageContaining("'lonely'");
    assertThatThrownBy(() -> read("good\tday\nno tab\n")).hasMessageContaining("a label, a tab");
    assertThatThrownBy(() -> read("0\n1\n")).hasMessageContaining("it has none");
    assertThatThrownBy(() -> LabelledTexts.read(folder, StandardCharsets.UTF_8))
        .hasMessageContaining("found no document");
  }

  @Test
  void theHashIsThatOfLabelsAndTexts() throws Exception {
    String hash = read("a x\nb y\n").sha256();
    assertThat(read("a\tx\n\nb\ty\n").sha256()).isEqualTo(hash);
    assertThat(read("a x\nb z\n").sha256()).isNotEqualTo(hash);
  }

  private static List<Text> texts(int good, int bad) {
    List<Text> texts = new ArrayList<>();
    for (int i = 0; i < good + bad; i++) {
      texts.add(new Text(i < good ? "good" : "bad", "text " + i, "line " + i));
    }
    return texts;
  }

  @Test
  void theSameFractionOfEachLabelIsHeldOut() {
    HeldOut split = HeldOut.fraction(texts(40, 10), 0.2, new CounterRandom(1));
    assertThat(split.heldOut()).hasSize(10);
    assertThat(split.heldOut()).filteredOn(it -> it.label().equals("bad")).hasSize(2);
    assertThat(split.training()).hasSize(40).doesNotContainAnyElementsOf(split.heldOut());
    assertThat(split.labels(List.of())).containsExactly("bad", "good");
    assertThat(split.mostFrequent()).isEqualTo(0.8);
    assertThat(HeldOut.fraction(texts(40, 10), 0.2, new CounterRandom(1))).isEqualTo(split);
    assertThat(HeldOut.fraction(texts(40, 10), 0.2, new CounterRandom(2))).isNotEqualTo(split);
  }

  @Test
  void labelsThatCannotBeLearnedAreNamed() {
    CounterRandom random = new CounterRandom(1);
    assertThatThrownBy(() -> HeldOut.fraction(texts(5, 1), 0.2, random))
        .hasMessageContaining("'bad' occurs once, in line 5");
    HeldOut one = HeldOut.fraction(texts(5, 0), 0.2, random);
    assertThatThrownBy(() -> one.labels(List.of()))
        .hasMessageContaining(
            "2 labels or more to tell apart but all 4 texts have the label 'good'");
    HeldOut other = new HeldOut(texts(2, 2), List.of(new Text("ugly", "x", "line 9 of f")));
    assertThatThrownBy(() -> other.labels(List.of()))
        .hasMessageContaining(
            "expected one of the labels [bad, good] in line 9 of f but got 'ugly'");
  }

  @Test
  void aLinearModelLearnsWhichWordsGoWithWhichLabel() {
    List<List<String>> texts = new ArrayList<>();
    int[] labels = new int[60];
    CounterRandom random = new CounterRandom(3);
    for (int i = 0; i < labels.length; i++) {
      labels[i] = i % 3;
      texts.add(List.of("w" + random.below(5, i), List.of("red", "green", "blue").get(i % 3)));
    }
    LinearModel model = LinearModel.train(texts, labels, 3, 2, random);
    assertThat(model.predict(List.of("new", "green"), 2)).isEqualTo(1);
    assertThat(model.predict(List.of("blue", "w1"), 2)).isEqualTo(2);
    assertThat(model.predict(List.of("unknown"), 2)).isBetween(0, 2);
  }

  @Test
  void aBigramIsAFeatureOfItsOwn() {
    List<List<String>> texts = new ArrayList<>();
    int[] labels = new int[80];
    for (int i = 0; i < labels.length; i++) { // neither word alone tells the label
      boolean first = i % 4 < 2;
      boolean second = i % 2 == 0;
      texts.add(List.of(first ? "not" : "very", second ? "good" : "bad"));
      labels[i] = first == second ? 0 : 1;
    }
    LinearModel words = LinearModel.train(texts, labels, 2, 1, new CounterRandom(1));
    LinearModel pairs = LinearModel.train(texts, labels, 2, 2, new CounterRandom(1));
    int right = 0;
    int rightOfWords = 0;
    for (int i = 0; i < 4; i++) {
      right += pairs.predict(texts.get(i), 2) == labels[i] ? 1 : 0;
      rightOfWords += words.predict(texts.get(i), 1) == labels[i] ? 1 : 0;
    }
    assertThat(right).isEqualTo(4);
    assertThat(rightOfWords).isLessThan(4);
  }
}
