package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.ctc.CtcOutputs;
import dev.comporta.inference.content.StoredInk;
import dev.comporta.inference.content.StoredMixture;
import dev.comporta.serialization.ModelFile;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Strokes are read alone and in batches with the same texts, and written with a seed. */
class HandwritingReaderTest {
  private static final StoredInk LETTERS = new StoredInk(List.of("a", "b", "\uD83D\uDD8A", " "));
  private static final StoredMixture MIXTURE = new StoredMixture(2, 0.05);

  private static Spec reader(int inputs, int units) {
    return Spec.of("sequential")
        .with("input-size", inputs)
        .with(
            "layers",
            List.of(
                Spec.of("bidirectional").with("cell", "lstm").with("hidden", 5),
                Spec.of("dense").with("units", units)));
  }

  private static LoadedModel readerModel() {
    return LoadedModels.of(
        GoldenModels.fresh(reader(InkFeatures.READ, LETTERS.classes()), LETTERS.stored()));
  }

  private static LoadedModel writerModel() {
    Spec spec =
        Spec.of("encoder-decoder")
            .with("input-size", InkFeatures.WRITTEN)
            .with(
                "encoder",
                List.of(
                    Spec.of("embedding").with("vocabulary", LETTERS.classes()).with("size", 3),
                    Spec.of("bidirectional").with("cell", "gru").with("hidden", 2)))
            .with(
                "layers",
                List.of(
                    Spec.of("attention-decoder").with("cell", "lstm").with("hidden", 6),
                    Spec.of("dense").with("units", MIXTURE.outputs())));
    ModelFile plain = GoldenModels.fresh(spec, LETTERS.stored());
    return LoadedModels.of(
        new ModelFile(
            spec, plain.tensors(), plain.vocabularies(), plain.provenance(), MIXTURE.constants()));
  }

  private static List<Ink> inks() {
    List<Ink> inks = new ArrayList<>();
    for (int i = 1; i < 100; i++) {
      float[] stroke = new float[2 * (1 + i * 7 % 40)];
      for (int j = 0; j < stroke.length; j++) {
        stroke[j] = (float) (20 * Math.sin(i + 1.7 * j)) + (j % 2 == 0 ? 4 * j : 0);
      }
      inks.add(new Ink(i % 3 == 0 ? List.of(stroke, new float[] {3, i}) : List.of(stroke)));
    }
    return inks;
  }

  @Test
  void textsAreTheSameAloneAndInABatch() {
    LoadedModel model = readerModel();
    assertThat(model.abilities()).containsExactly(ModelAbility.READ_HANDWRITING);
    HandwritingReader reader = model.handwritingReader();
    assertThat(reader.letters()).isEqualTo(LETTERS.letters());
    List<Ink> inks = inks();
    List<String> all = reader.readAll(inks);
    for (int i = 0; i < inks.size(); i++) {
      assertThat(reader.read(inks.get(i))).isEqualTo(all.get(i));
    }
    assertThat(reader.readAll(List.of())).isEmpty();
  }

  @Test
  void searchesFindTheProbabilityOfTheNetwork() {
    LoadedModel model = readerModel();
    HandwritingReader reader = model.handwritingReader();
    Ink ink = new Ink(List.of(new float[] {0, 0, 3, 10, 6, 0, 7, 2}));
    float[] logits = model.run(InkFeatures.read(ink));
    CtcOutputs outputs = CtcOutputs.ofLogits(logits, LETTERS.classes(), StoredInk.BLANK);
    List<ReadText> found =
        reader.read(ink, reader.search(5_000, List.of("ab", "xy", "\uD83D\uDD8A")));
    assertThat(found).isNotEmpty();
    for (ReadText text : found) {
      assertThat(text.text()).matches("(ab|\uD83D\uDD8A)( (ab|\uD83D\uDD8A))*|");
      assertThat(text.logProbability())
          .isCloseTo(outputs.logProbability(LETTERS.encode(text.text())), within(1e-9));
    }
    assertThatThrownBy(() -> reader.search(10, List.of("xy", "")))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("expected a word of letters that");
  }

  @Test
  void otherModelsAreRefused() {
    for (Spec spec : List.of(reader(3, LETTERS.classes()), reader(InkFeatures.READ, 3))) {
      LoadedModel model = LoadedModels.of(GoldenModels.fresh(spec, LETTERS.stored()));
      assertThatThrownBy(model::handwritingReader)
          .isInstanceOf(ComportaException.class)
          .hasMessageContaining(
              "expected a model that reads 4 features of pen strokes and gives 5 classes");
    }
    assertThatThrownBy(readerModel()::handwritingWriter)
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("use a model of the task handwriting-synthesis");
  }

  @Test
  void textsAreWrittenWithASeed() {
    LoadedModel model = writerModel();
    assertThat(model.abilities()).containsExactly(ModelAbility.WRITE_HANDWRITING);
    HandwritingWriter writer = model.handwritingWriter();
    Ink ink = writer.write("ab a", 1, 7);
    assertThat(ink.strokes().getFirst()).startsWith(0, 0);
    assertThat(writer.write("ab a", 1, 7).strokes().getFirst())
        .containsExactly(ink.strokes().getFirst());
    assertThat(writer.write("ab a", 1, 8).strokes().getFirst())
        .isNotEqualTo(ink.strokes().getFirst());
    assertThat(ink.points()).isLessThanOrEqualTo(301);
    assertThatThrownBy(() -> writer.write("abc", 1, 1))
        .isInstanceOf(ComportaException.class)
        .hasMessageContaining("but 'abc' has 'c'");
    assertThatThrownBy(() -> writer.write("", 1, 1)).hasMessageContaining("1 to 200 letters");
    assertThatThrownBy(() -> writer.write("a", Double.NaN, 1))
        .hasMessageContaining("expected a bias from 0 to 20 but got NaN");
  }
}
