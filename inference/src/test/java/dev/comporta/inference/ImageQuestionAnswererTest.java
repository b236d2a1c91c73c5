package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.model.Spec;
import dev.comporta.cells.model.Batch;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredQuestions;
import dev.comporta.serialization.ModelFile;
import dev.comporta.training.text.WordVocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Questions about images are answered, alone and in a batch. */
class ImageQuestionAnswererTest {
  private static final List<String> WORDS =
      List.of("<unk>", "<eos>", "is", "there", "a", "red", "star");
  private static final List<String> ANSWERS = List.of("yes", "no", "0");
  private static final int SIDE = 8;

  private static StoredQuestions questions() {
    return new StoredQuestions(WordVocabulary.ofTokens(WORDS), 2);
  }

  private static Spec spec(boolean attention, boolean pooled) {
    Spec embedding = Spec.of("embedding").with("vocabulary", WORDS.size()).with("size", 4);
    Spec decoder =
        Spec.of(attention ? "attention-decoder" : "decoder").with("cell", "gru").with("hidden", 6);
    List<Spec> layers = new ArrayList<>(List.of(embedding, decoder));
    if (pooled) {
      layers.add(Spec.of("pool-time"));
    }
    layers.add(Spec.of("dense").with("units", ANSWERS.size()));
    return Spec.of("encoder-decoder")
        .with("source-input-size", 3 * SIDE * SIDE)
        .with(
            "encoder",
            List.of(
                Spec.of("conv2d")
                    .with("height", SIDE)
                    .with("width", SIDE)
                    .with("filters", 5)
                    .with("kernel", 4)
                    .with("stride", 2)
                    .with("pad", 1)
                    .with("activation", "relu"),
                Spec.of("picture-places").with("height", SIDE / 2).with("width", SIDE / 2)))
        .with("layers", layers);
  }

  /** The model of the task: a recurrent layer reads the question before heads attend. */
  private static Spec withHeads(boolean pooledBefore) {
    List<Spec> encoder =
        List.of(
            spec(true, true).reader().specs("encoder").getFirst(),
            Spec.of("picture-places")
                .with("height", SIDE / 2)
                .with("width", SIDE / 2)
                .with("coordinates", true));
    Spec pool = Spec.of("pool-time");
    Spec heads = Spec.of("film-attention").with("units", 5).with("heads", 3).with("coordinates", 2);
    return Spec.of("encoder-decoder")
        .with("source-input-size", 3 * SIDE * SIDE)
        .with("encoder", encoder)
        .with(
            "layers",
            List.of(
                Spec.of("embedding").with("vocabulary", WORDS.size()).with("size", 4),
                Spec.of("recurrent").with("cell", "gru").with("hidden", 6),
                pooledBefore ? pool : heads,
                pooledBefore ? heads : pool,
                Spec.of("dense").with("units", ANSWERS.size())));
  }

  private static LoadedModel model(Spec spec, List<String> answers, Map<String, Double> constants) {
    ModelFile plain = GoldenModels.fresh(spec, questions().stored(), StoredLabels.stored(answers));
    return LoadedModels.of(
        new ModelFile(spec, plain.tensors(), plain.vocabularies(), plain.provenance(), constants));
  }

  private static LoadedModel model() {
    return model(spec(true, true), ANSWERS, questions().constants());
  }

  private static float[] image(int factor) {
    float[] image = new float[3 * SIDE * SIDE];
    for (int i = 0; i < image.length; i++) {
      image[i] = (i * factor) % 256;
    }
    return image;
  }

  @Test
  void answersAreThoseOfTheNetwork() {
    LoadedModel model = model();
    assertThat(model.abilities()).containsExactly(ModelAbility.ANSWER_ABOUT_IMAGE);
    ImageQuestionAnswerer answerer = model.imageQuestionAnswerer();
    ImageAnswer answer = answerer.answer(image(31), "Is there a BLUE star?");
    float[] values = image(31);
    Captioner.toInput(values);
    Batch batch =
        Batch.ofSequences(List.of(new int[] {2, 3, 4, 0, 6, 1, 1}), 1)
            .source(Batch.ofValues(1, 1, values.length, values, null));
    float[] logits = model.with(runner -> runner.predict(batch, runner.newCarry(1)));
    int best = 0;
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
      sum += Math.exp(logits[i]);
    }
    assertThat(answer.answer().label()).isEqualTo(ANSWERS.get(best));
    assertThat(answer.answer().probability()).isEqualTo(Math.exp(logits[best]) / sum, within(1e-6));
    assertThat(answer.steps())
        .containsExactly("is", "there", "a", "<unk>", "star", "<eos>", "<eos>");
    assertThat(answerer.rows()).isEqualTo(4);
    assertThat(answerer.columns()).isEqualTo(4);
    assertThat(answer.attention())
        .hasSize(7)
        .allSatisfy(weights -> {
          double total = 0;
          for (float weight : weights) {
            total += weight;
          }
          assertThat(weights).hasSize(16);
          assertThat(total).isEqualTo(1, within(1e-5));
        });
    assertThat(answerer.answers()).isEqualTo(ANSWERS);
    assertThat(answerer.side()).isEqualTo(SIDE);
    assertThat(answerer.unknown("Is there a blue, BLUE box?")).containsExactly("blue", "box");
  }

  @Test
  void headsAttendAfterTheQuestion() {
    LoadedModel model = model(withHeads(true), ANSWERS, questions().constants());
    assertThat(model.abilities()).containsExactly(ModelAbility.ANSWER_ABOUT_IMAGE);
    ImageQuestionAnswerer answerer = model.imageQuestionAnswerer();
    assertThat(answerer.hasAttention()).isTrue();
    assertThat(answerer.rows()).isEqualTo(4);
    ImageAnswer answer = answerer.answer(image(31), "Is there a star?");
    assertThat(answer.steps()).containsExactly("head 1", "head 2", "head 3");
    assertThat(answer.attention()).hasSize(3);
    float[] values = image(31);
    Captioner.toInput(values);
    Batch batch =
        Batch.ofSequences(List.of(new int[] {2, 3, 4, 6, 1, 1}), 1)
            .source(Batch.ofValues(1, 1, values.length, values, null));
    String[] names = {"layers.3.weights.0", "layers.3.weights.1", "layers.3.weights.2"};
    var observed = model.with(runner -> runner.observe(batch, runner.newCarry(1), names));
    for (int head = 0; head < 3; head++) {
      assertThat(answer.attention().get(head)).isEqualTo(observed.values().get(names[head]));
    }
    assertThat(answer.attention().getFirst()).isNotEqualTo(answer.attention().getLast());
    assertThatThrownBy(
            () -> model(withHeads(false), ANSWERS, questions().constants()).imageQuestionAnswerer())
        .hasMessageContaining("pool-time must stand before film-attention");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBatchHasTheBitsOfEachQuestion(boolean heads) {
    ImageQuestionAnswerer answerer =
        (heads ? model(withHeads(true), ANSWERS, questions().constants()) : model())
            .imageQuestionAnswerer();
    List<ImageQuestion> asked = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      asked.add(new ImageQuestion(image(i + 3), i % 2 == 0 ? "is there a star" : "red"));
    }
    List<Classification> all = answerer.answerAll(asked);
    assertThat(all).hasSize(70);
    for (int i = 0; i < 70; i += 9) {
      assertThat(all.get(i))
          .isEqualTo(answerer.answer(asked.get(i).image(), asked.get(i).question()).answer());
    }
    assertThat(answerer.answerAll(List.of())).isEmpty();
    ImageQuestionAnswerer blind =
        model(spec(false, true), ANSWERS, questions().constants()).imageQuestionAnswerer();
    assertThat(blind.hasAttention()).isFalse();
    assertThat(blind.answer(image(3), "star").attention()).isEmpty();
  }

  @Test
  void whatCannotBeUsedIsNamed() {
    ImageQuestionAnswerer answerer = model().imageQuestionAnswerer();
    assertThatThrownBy(() -> answerer.answer(new float[7], "star"))
        .hasMessageContaining("[questions] expected images [3, 8, 8] of 192 numbers");
    assertThatThrownBy(() -> answerer.answer(image(3), "?!"))
        .hasMessageContaining("expected a question of 1 word or more");
    assertThatThrownBy(() ->
            model(spec(true, true), List.of("x"), questions().constants()).imageQuestionAnswerer())
        .hasMessageContaining("an output for each of the 1 answers of");
    assertThatThrownBy(() ->
            model(spec(true, false), ANSWERS, questions().constants()).imageQuestionAnswerer())
        .hasMessageContaining("the decoder must end with pool-time");
    assertThatThrownBy(() -> model(spec(true, true), ANSWERS, Map.of()).imageQuestionAnswerer())
        .hasMessageContaining("expected a whole number from 0 to 16 as the timesteps after");
    LoadedModel other = LoadedModels.of(GoldenModels.fresh(GoldenModels.layers(2)));
    assertThatThrownBy(other::imageQuestionAnswerer)
        .hasMessageContaining("expected a model that answers questions about images but");
  }
}
