package dev.comporta.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.attention.decoding.SamplingSettings;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Execution;
import dev.comporta.cells.model.Session;
import dev.comporta.cells.model.SessionGroup;
import dev.comporta.inference.content.StoredLabels;
import dev.comporta.inference.content.StoredWords;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.data.IdSequence;
import dev.comporta.training.tags.BioTags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of the typed and of the raw API, compared with the network run by definition. */
class AnswersTest {
  private static final double CLOSE = 1e-5;

  private static LoadedModel byDefinition(String task) {
    return Models.load(
        GoldenModels.file(task),
        GoldenModels.OPTIONS.withBackend("reference").withExecution(Execution.DEFINITION));
  }

  @Test
  void aTextIsContinuedWithTheMostLikelyCharacterEachTime() {
    try (LoadedModel model = GoldenModels.load("char-lm");
        LoadedModel definition = byDefinition("char-lm")) {
      TextGenerator generator = model.textGenerator();
      GenerationSettings greedy =
          GenerationSettings.DEFAULT.withSampler(new Sampler(0, 0, 1)).withLength(6);
      String text = "the ";
      for (int i = 0; i < greedy.length(); i++) {
        float[] outputs = definition.runIds(generator.tokens().prompt(text));
        int v = generator.tokens().size();
        int best = 0;
        for (int id = 1; id < v; id++) {
          best = outputs[outputs.length - v + id] > outputs[outputs.length - v + best] ? id : best;
        }
        text += generator.tokens().decoder().apply(new int[] {best});
      }
      assertThat(generator.generate("the ", greedy).text()).isEqualTo(text.substring(4));
      GenerationSettings drawn = greedy.withSampler(GenerationSettings.DEFAULT_SAMPLER);
      assertThat(generator.generate("the ", drawn.withSeed(1)).text())
          .isEqualTo(generator.generate("the ", drawn.withSeed(1)).text())
          .isNotEqualTo(generator.generate("the ", drawn.withSeed(2)).text());
      assertThatThrownBy(() -> generator.generate("\u4e2d")).isInstanceOf(ComportaException.class);
      assertThatThrownBy(() -> greedy.withLength(0))
          .isInstanceOf(InvalidOptionException.class)
          .hasMessage("[generate] expected 1 token or more but got 0");
    }
  }

  @Test
  void aTextIsScoredByTheMeanOfItsLogProbabilities() {
    try (LoadedModel model = GoldenModels.load("word-lm");
        LoadedModel definition = byDefinition("word-lm")) {
      TextGenerator generator = model.textGenerator();
      ScoredText scored = generator.score("big cat zebra");
      assertThat(scored.unknownWords()).containsExactly("zebra");
      assertThat(scored.tokens()).isEqualTo(4); // with the end of the sentence
      assertThat(scored.next()).hasSize(5);
      int[] ids = generator.tokens().closed(generator.tokens().opened("big cat zebra", "it"));
      float[] outputs = definition.runIds(ids);
      int v = generator.tokens().size();
      double sum = 0;
      for (int t = 0; t + 1 < ids.length; t++) {
        double all = 0;
        for (int id = 0; id < v; id++) {
          all += Math.exp(outputs[t * v + id]);
        }
        sum += Math.log(all) - outputs[t * v + ids[t + 1]];
      }
      assertThat(scored.loss()).isCloseTo(sum / 4, within(CLOSE));
      assertThat(scored.perplexity()).isEqualTo(Math.exp(scored.loss()));
      assertThat(generator.measure(IdSequence.of(ids)).loss()).isEqualTo(scored.loss());
      double most = scored.next().getFirst().probability();
      assertThat(scored.next()).allMatch(it -> it.probability() <= most);
    }
  }

  @Test
  void aTranslationIsTheSameAloneInABatchAndByDefinition() {
    List<String> sentences = List.of("May 3, 2024", "", "3. m\u00e4rz 1999", "x");
    try (LoadedModel model = GoldenModels.load("dates");
        LoadedModel definition = byDefinition("dates")) {
      Translator translator = model.translator();
      List<TranslatedText> together = translator.translate(sentences, TranslationSettings.DEFAULT);
      assertThat(together).hasSize(4);
      for (int i = 0; i < sentences.size(); i++) {
        assertThat(translator.translate(sentences.get(i))).isEqualTo(together.get(i));
        assertThat(definition.translator().translate(sentences.get(i)).outputs())
            .isEqualTo(together.get(i).outputs());
      }
      assertThat(together.get(1).outputs()).containsExactly("");
      assertThat(together.get(0).outputs()).hasSize(5);
      assertThat(translator.hasAttention()).isTrue();
      var found = translator.decode("May 3, 2024", TranslationSettings.DEFAULT);
      assertThat(translator.answer("May 3, 2024", found)).isEqualTo(together.getFirst());
      var sampled = TranslationSettings.of(new SamplingSettings(new Sampler(1, 0, 1), 3, 5));
      assertThat(translator.translate(List.of("x"), sampled).getFirst().outputs()).hasSize(3);
    }
  }

  @Test
  void aSeriesIsContinuedInItsOwnUnit() {
    try (LoadedModel model = GoldenModels.load("forecast");
        LoadedModel definition = byDefinition("forecast")) {
      Forecaster forecaster = model.forecaster();
      int columns = forecaster.columns().size();
      double[] series = new double[(forecaster.window() + 3) * columns];
      Arrays.setAll(series, i -> 10 + Math.sin(i));
      List<Double> values = forecaster.forecast(series).values();
      assertThat(values).hasSize(forecaster.horizon());
      double[] last =
          Arrays.copyOfRange(series, series.length - forecaster.window() * columns, series.length);
      float[] outputs = definition.run(forecaster.normalization().apply(last));
      for (int step = 0; step < values.size(); step++) {
        assertThat(values.get(step))
            .isCloseTo(forecaster.normalization().undo(outputs[step], 0), within(CLOSE));
      }
      double[] few = new double[columns];
      assertThatThrownBy(() -> forecaster.forecast(few))
          .hasMessage(
              "[forecast] expected at least %d rows, the model's window, but got 1"
                  .formatted(forecaster.window()));
      assertThatThrownBy(() -> forecaster.forecast(series, 0))
          .hasMessageStartingWith("--horizon expected a whole number of 1 or more");
      series[series.length - 1] = Double.NaN;
      assertThatThrownBy(() -> forecaster.forecast(series))
          .hasMessageStartingWith("[normalization] expected finite numbers");
    }
  }

  @Test
  void anImageIsCaptionedAloneAsInABatch() {
    try (LoadedModel model = GoldenModels.load("captions");
        LoadedModel definition = byDefinition("captions")) {
      Captioner captioner = model.captioner();
      float[] image = TestImages.of(captioner, 31);
      float[] white = new float[image.length];
      Arrays.fill(white, 255);
      List<ImageCaption> together = captioner.caption(List.of(white, image), BeamSettings.DEFAULT);
      assertThat(captioner.caption(image).texts()).isEqualTo(together.get(1).texts());
      assertThat(captioner.caption(image).hypotheses()).isEqualTo(together.get(1).hypotheses());
      assertThat(definition.captioner().caption(image).text()).isEqualTo(together.get(1).text());
      assertThat(captioner.rows() * captioner.columns())
          .isEqualTo(
              captioner
                  .caption(List.of(image), BeamSettings.GREEDY)
                  .getFirst()
                  .hypotheses()
                  .getFirst()
                  .attention()
                  .getFirst()
                  .length);
      assertThatThrownBy(() -> captioner.caption(new float[7]))
          .hasMessageStartingWith("[caption] expected images [3, ");
      white[3] = -1;
      assertThatThrownBy(() -> captioner.caption(white))
          .hasMessage("[caption] expected intensities from 0 to 255 but got -1.0 at index 3");
    }
  }

  private static final List<String> LABELS = List.of("noun", "verb", "other");

  private static LoadedModel labels(int inputSize, Spec... last) {
    return LoadedModels.of(
        GoldenModels.fresh(
            GoldenModels.layers(inputSize, last),
            new Vocabulary("words", "words", List.of("<unk>", "<eos>", "a", "cat", "sees")),
            StoredLabels.stored(LABELS)));
  }

  @Test
  void eachWordGetsTheLabelWithTheLargestOutput() {
    LoadedModel model = labels(0, Spec.of("dense").with("units", 3));
    assertThat(model.abilities()).containsExactly(ModelAbility.LABEL);
    assertThatThrownBy(model::classifier)
        .hasMessage(
            "[classify] expected an output for each sequence but m gives 2 for 2 timesteps; it may label timesteps");
    assertThatThrownBy(model::textGenerator)
        .hasMessageEndingWith("but it has 3; one for each label, so it may label or classify");
    List<Label> labels = model.labeler().label("a cat sees");
    assertThat(labels).hasSize(3).isEqualTo(model.labeler().labelIds(2, 3, 4));
    float[] outputs = model.runIds(2, 3, 4);
    for (int t = 0; t < 3; t++) {
      int best = LABELS.indexOf(labels.get(t).name());
      double sum = 0;
      for (int id = 0; id < 3; id++) {
        assertThat(outputs[t * 3 + id]).isLessThanOrEqualTo(outputs[t * 3 + best]);
        sum += Math.exp(outputs[t * 3 + id]);
      }
      assertThat(labels.get(t).probability())
          .isCloseTo(Math.exp(outputs[t * 3 + best]) / sum, within(CLOSE));
    }
    assertThat(model.labeler().labelTexts(List.of("a", "a cat sees")).get(1)).isEqualTo(labels);
    assertThat(model.labeler().labelAllIds(Collections.nCopies(40, new int[] {2, 3, 4})))
        .hasSize(40)
        .containsOnly(labels);
    assertThatThrownBy(() -> model.labeler().label(""))
        .hasMessage("[label] expected a sequence of 1 timestep or more but got none");
    assertThatThrownBy(() -> model.labeler().label(new float[] {1}))
        .hasMessageStartingWith("[model] expected sequences of ids but got features");
  }

  @Test
  void aSequenceGetsOneLabel() {
    Spec last = Spec.of("pool-time").with("mode", "last");
    LoadedModel model = labels(2, last, Spec.of("dense").with("units", 3), Spec.of("softmax"));
    assertThat(model.abilities()).containsExactly(ModelAbility.CLASSIFY);
    assertThatThrownBy(model::labeler)
        .hasMessage(
            "[label] expected an output for each timestep but m gives 1 for 2 timesteps; it may classify whole sequences");
    float[] sequence = {0.5f, 1, -2, 0, 0.25f, 3};
    Classification answer = model.classifier().classify(sequence);
    assertThat(model.classifier().classifyAll(List.of(new float[2], sequence)).get(1))
        .isEqualTo(answer);
    float[] shares = model.run(sequence);
    assertThat(answer.labels()).hasSize(3);
    assertThat(answer.probability()).isEqualTo(shares[LABELS.indexOf(answer.label())]);
    assertThat(answer.labels().stream().mapToDouble(Label::probability).sum())
        .isCloseTo(1, within(CLOSE));
  }

  @Test
  void seriesAreForecastTogetherWithTheSameBits() {
    try (LoadedModel model = GoldenModels.load("forecast")) {
      Forecaster forecaster = model.forecaster();
      List<double[]> series = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        double[] one = new double[(forecaster.window() + i % 3) * forecaster.columns().size()];
        int place = i;
        Arrays.setAll(one, t -> 5 + Math.cos(t * place));
        series.add(one);
      }
      List<List<SeriesForecast>> together = forecaster.forecastAll(series, forecaster.horizon());
      assertThat(together).hasSize(40);
      for (int i = 0; i < 40; i++) {
        assertThat(together.get(i))
            .isEqualTo(forecaster.forecasts(series.get(i), forecaster.horizon()));
      }
      assertThat(forecaster.forecastAll(List.of(), 1)).isEmpty();
    }
  }

  private static LoadedModel tags(List<String> tags, int characters) {
    StoredWords words = StoredWords.count(List.of(List.of("Ann", "saw", "Rome")), 1, _ -> false);
    List<Vocabulary> kept = new ArrayList<>(words.stored());
    kept.add(StoredLabels.stored(tags));
    return LoadedModels.of(
        GoldenModels.fresh(
            Spec.of("sequential")
                .with(
                    "layers",
                    List.of(
                        Spec.of("word-characters")
                            .with("vocabulary", words.words())
                            .with("size", 3)
                            .with("characters", characters)
                            .with("character-size", 3)
                            .with("word-length", 4)
                            .with("cell", "gru")
                            .with("hidden", 3),
                        Spec.of("crf").with("units", tags.size()))),
            kept.toArray(Vocabulary[]::new)));
  }

  @Test
  void theTagsOfASentenceAreTheMostLikelyOnesTogether() {
    List<String> names = List.of("O", "B-x", "I-x");
    LoadedModel model = tags(names, 10); // of 9 letters, and the unknown one
    assertThat(model.abilities()).containsExactly(ModelAbility.TAG);
    List<List<String>> sentences =
        List.of(List.of("Ann", "saw", "Rome"), List.of("Rome"), List.of("Annabella", "Zoë"));
    List<List<Label>> answers = model.tagger().tagAll(sentences);
    for (int i = 0; i < sentences.size(); i++) {
      List<Label> alone = model.tagger().tag(sentences.get(i));
      assertThat(alone).isEqualTo(answers.get(i)).hasSize(sentences.get(i).size());
      assertThat(BioTags.firstInvalid(alone.stream().map(Label::name).toList())).isEqualTo(-1);
      alone.forEach(tag -> assertThat(tag.probability()).isBetween(0.0, 1.0));
    }
    assertThat(model.tagger().tag("Ann saw Rome")).isEqualTo(answers.getFirst());
    assertThatThrownBy(() -> model.tagger().tag(" "))
        .hasMessage("[tag] expected a sentence of 1 word or more but got none");
    assertThatThrownBy(() -> tags(names, 9).tagger())
        .hasMessageStartingWith("[tag] expected layers from word-characters to crf that fit");
    assertThatThrownBy(() -> labels(0, Spec.of("dense").with("units", 3)).tagger())
        .hasMessageStartingWith("[tag] expected a vocabulary of the kind 'spelled-words' in ");
  }

  @Test
  void outputsForOtherLabelsAreRefused() {
    LoadedModel model = labels(2, Spec.of("dense").with("units", 4));
    assertThatThrownBy(model::labeler)
        .hasMessage(
            "[label] expected a model without an encoder and with an output for each of the 3 labels of m but got 'sequential' with 4; the file is inconsistent");
  }

  @Test
  void sequencesOfAnyLengthRunTogetherAsAlone() {
    LoadedModel model = labels(2, Spec.of("dense").with("units", 3));
    float[] one = {1, 2, 3, 4, 5, 6};
    float[] two = {-1, 0.5f};
    List<float[]> together = model.run(List.of(one, two, new float[0]));
    assertThat(together.get(0)).hasSize(9).isEqualTo(model.run(one));
    assertThat(together.get(1)).hasSize(3).isEqualTo(model.run(two));
    assertThat(together.get(2)).isEmpty();
    assertThat(model.run(List.of())).isEmpty();
    assertThatThrownBy(() -> model.run(new float[3]))
        .hasMessage(
            "[batch] expected sequences of 2 features each timestep but sequence 0 has 3 numbers");
    assertThatThrownBy(() -> model.runIds(1))
        .hasMessage(
            "[model] expected sequences of 2 features each timestep but got ids; see LoadedModel.run");
    LoadedModel ids = labels(0, Spec.of("dense").with("units", 3));
    List<float[]> both = ids.runIds(List.of(new int[] {1, 2, 3}, new int[] {4}));
    assertThat(both.get(0)).isEqualTo(ids.runIds(1, 2, 3));
    assertThat(both.get(1)).isEqualTo(ids.runIds(4));
    Batch batch = Batch.ofIds(new Ids(1, 1, new int[] {4}), null);
    float[] same = ids.with(runner -> runner.predict(batch, runner.newCarry(1)));
    assertThat(both.get(1)).isEqualTo(same);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aStreamContinuesInAnotherModelWithTheSameBits(int inputSize) {
    LoadedModel model = labels(inputSize, Spec.of("dense").with("units", 3));
    LoadedModel restarted = labels(inputSize, Spec.of("dense").with("units", 3));
    float[] x = {0.5f, -1};
    float[] expected = new float[3];
    float[] actual = new float[3];
    SessionGroup group = restarted.newEmptyGroup(2);
    int row = group.join();
    try (Session session = model.newSession();
        Session other = restarted.newSession()) {
      step(session, inputSize, x, expected);
      other.load(session.save());
      group.load(row, session.save());
      step(session, inputSize, x, expected);
      step(other, inputSize, x, actual);
    }
    assertThat(actual).isEqualTo(expected);
    float[] outputs = new float[2 * 3];
    if (inputSize == 0) {
      group.step(new int[] {3, 0}, outputs);
    } else {
      group.step(new float[] {x[0], x[1], 0, 0}, outputs);
    }
    assertThat(Arrays.copyOf(outputs, 3)).isEqualTo(expected);
    assertThat(model.streaming()).isSameAs(model.streaming());
  }

  private static void step(Session session, int inputSize, float[] x, float[] output) {
    if (inputSize == 0) {
      session.step(3, output);
    } else {
      session.step(x, output);
    }
  }
}
