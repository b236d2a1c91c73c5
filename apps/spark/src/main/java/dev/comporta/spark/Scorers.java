package dev.comporta.spark;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.inference.Classification;
import dev.comporta.inference.Classifier;
import dev.comporta.inference.Forecaster;
import dev.comporta.inference.Label;
import dev.comporta.inference.Labeler;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.ModelAbility;
import dev.comporta.inference.SeriesForecast;
import dev.comporta.inference.StoryQuestion;
import dev.comporta.inference.TextGenerator;
import dev.comporta.inference.TranslatedText;
import dev.comporta.inference.TranslationSettings;
import dev.comporta.training.text.TextTokens;
import dev.comporta.training.text.WordVocabulary;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Makes the scorer of a model, from what its file declares. */
final class Scorers {
  /** The function of models that are neither forecasters nor translators. */
  static final String PREDICT = "comporta_predict";

  /** The function of forecasters. */
  static final String FORECAST = "comporta_forecast";

  /** The function of translators. */
  static final String TRANSLATE = "comporta_translate";

  private static final StructType LABEL =
      new StructType()
          .add("label", DataTypes.StringType, false)
          .add("probability", DataTypes.DoubleType, false);
  private static final DataType LABELS = DataTypes.createArrayType(LABEL, false);
  private static final DataType DOUBLES = DataTypes.createArrayType(DataTypes.DoubleType, false);
  private static final DataType FORECASTS =
      DataTypes.createArrayType(
          new StructType()
              .add("column", DataTypes.StringType, false)
              .add("values", DOUBLES, false)
              .add("quantiles", DataTypes.createArrayType(DOUBLES, false), false),
          false);

  private Scorers() {}

  /**
   * The scorer of a model.
   *
   * @param horizon the number of values of a forecast; 0 for as many as the model was trained to
   * @throws ComportaException if the model answers nothing that a row can hold
   */
  static Scorer<?> of(LoadedModel model, int horizon) {
    Set<ModelAbility> can = model.abilities();
    if (horizon > 0 && !can.contains(ModelAbility.FORECAST)) {
      throw new ComportaException(
          formatted(
              "[score] expected a forecaster for a horizon of %d but %s is a model of the task '%s'; leave the horizon out",
              horizon, model.name(), model.task()));
    }
    if (can.contains(ModelAbility.TRANSLATE)) {
      return translation(model);
    }
    if (can.contains(ModelAbility.FORECAST)) {
      return forecast(model.forecaster(), horizon);
    }
    if (can.contains(ModelAbility.ANSWER)) {
      return answer(model);
    }
    if (can.contains(ModelAbility.TAG)) {
      return tags(model);
    }
    if (can.contains(ModelAbility.CLASSIFY)) {
      return classification(model);
    }
    if (can.contains(ModelAbility.LABEL)) {
      return labels(model);
    }
    if (can.contains(ModelAbility.GENERATE_TEXT)) {
      return perplexity(model);
    }
    if (can.isEmpty() && model.network().encoder().isEmpty()) {
      return outputs(model);
    }
    throw new ComportaException(
        formatted(
            "[score] expected a model that translates, forecasts, labels, answers or reads plain sequences but %s is a model of the task '%s', whose answers are no values of a row; use comporta predict",
            model.name(), model.task()));
  }

  private static Scorer<String> translation(LoadedModel model) {
    return new Scorer<>(
        "translate",
        TRANSLATE,
        List.of(Input.TEXT),
        List.of("sentence"),
        DataTypes.StringType,
        values -> (String) values[0],
        String::length,
        texts ->
            list(
                model.translator().translate(texts, TranslationSettings.DEFAULT),
                TranslatedText::text));
  }

  private static Scorer<double[]> forecast(Forecaster forecaster, int horizon) {
    int columns = forecaster.columns().size();
    int steps = horizon > 0 ? horizon : forecaster.horizon();
    boolean plain = forecaster.targets().size() == 1 && forecaster.quantiles().isEmpty();
    return new Scorer<>(
        "forecast",
        FORECAST,
        forecaster.columns().stream().map(it -> Input.NUMBERS).toList(),
        forecaster.columns(),
        plain ? DOUBLES : FORECASTS,
        values -> rows(values, columns),
        numbers -> numbers.length,
        series ->
            list(
                forecaster.forecastAll(series, steps),
                it -> plain ? doubles(it.getFirst().values()) : forecasts(it)));
  }

  /** The columns of a series as its rows. */
  private static double[] rows(Object[] values, int columns) {
    int rows = ((double[]) values[0]).length;
    double[] all = new double[Math.multiplyExact(rows, columns)];
    for (int column = 0; column < columns; column++) {
      double[] numbers = (double[]) values[column];
      if (numbers.length != rows) {
        throw new ComportaException(
            formatted(
                "[forecast] expected as many numbers in each column of a series but column 1 has %d and column %d has %d",
                rows, column + 1, numbers.length));
      }
      for (int row = 0; row < rows; row++) {
        all[row * columns + column] = numbers[row];
      }
    }
    return all;
  }

  private static Object[] doubles(List<Double> values) {
    return values.toArray();
  }

  private static Object forecasts(List<SeriesForecast> all) {
    return all.stream()
        .map(it ->
            RowFactory.create(
                it.column(),
                doubles(it.values()),
                it.quantiles().stream().map(Scorers::doubles).toArray()))
        .toArray();
  }

  private static Scorer<StoryQuestion> answer(LoadedModel model) {
    return new Scorer<>(
        "answer",
        PREDICT,
        List.of(Input.TEXTS, Input.TEXT),
        List.of("sentences of the story", "question"),
        LABEL,
        values -> new StoryQuestion(texts(values[0]), (String) values[1]),
        asked -> asked.story().stream().mapToLong(String::length).sum(),
        asked -> list(model.questionAnswerer().answerAll(asked), Scorers::best));
  }

  private static Scorer<List<String>> tags(LoadedModel model) {
    return new Scorer<>(
        "tag",
        PREDICT,
        List.of(Input.WORDS),
        List.of("sentence"),
        LABELS,
        values -> values[0] instanceof String text ? WordVocabulary.split(text) : texts(values[0]),
        List::size,
        sentences -> list(model.tagger().tagAll(sentences), Scorers::all));
  }

  private static Scorer<?> classification(LoadedModel model) {
    Classifier classifier = model.classifier();
    return readsTexts(model)
        ? texts("classify", LABEL, it -> list(classifier.classifyTexts(it), Scorers::best))
        : sequences(
            model,
            "classify",
            LABEL,
            it -> list(classifier.classifyAllIds(it), Scorers::best),
            it -> list(classifier.classifyAll(it), Scorers::best));
  }

  private static Scorer<?> labels(LoadedModel model) {
    Labeler labeler = model.labeler();
    return readsTexts(model)
        ? texts("label", LABELS, it -> list(labeler.labelTexts(it), Scorers::all))
        : sequences(
            model,
            "label",
            LABELS,
            it -> list(labeler.labelAllIds(it), Scorers::all),
            it -> list(labeler.labelAll(it), Scorers::all));
  }

  private static Scorer<String> perplexity(LoadedModel model) {
    TextGenerator generator = model.textGenerator();
    return texts(
        "score", DataTypes.DoubleType, it -> list(it, text -> generator.score(text).perplexity()));
  }

  private static Scorer<?> outputs(LoadedModel model) {
    return sequences(
        model,
        "predict",
        DataTypes.createArrayType(DataTypes.FloatType, false),
        it -> list(model.runIds(it), Scorers::boxed),
        it -> list(model.run(it), Scorers::boxed));
  }

  private static boolean readsTexts(LoadedModel model) {
    return model.network().inputSize() == 0
        && model.content().vocabularies().stream()
            .anyMatch(it -> TextTokens.of(it.kind(), it.tokens()) != null);
  }

  private static Scorer<String> texts(
      String operation, DataType type, Function<List<String>, List<?>> answers) {
    return new Scorer<>(
        operation,
        PREDICT,
        List.of(Input.TEXT),
        List.of("text"),
        type,
        values -> (String) values[0],
        String::length,
        answers);
  }

  /** A model that reads sequences of ids or of features, as its first layer does. */
  private static Scorer<?> sequences(
      LoadedModel model,
      String operation,
      DataType type,
      Function<List<int[]>, List<?>> ofIds,
      Function<List<float[]>, List<?>> ofFeatures) {
    if (model.network().inputSize() == 0) {
      return new Scorer<>(
          operation,
          PREDICT,
          List.of(Input.IDS),
          List.of("ids"),
          type,
          values -> (int[]) values[0],
          ids -> ids.length,
          ofIds);
    }
    return new Scorer<>(
        operation,
        PREDICT,
        List.of(Input.NUMBERS),
        List.of("features"),
        type,
        values -> floats((double[]) values[0]),
        features -> features.length,
        ofFeatures);
  }

  /** Numbers as the network reads them. */
  static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** Numbers as Spark takes them. */
  static Float[] boxed(float[] values) {
    Float[] boxed = new Float[values.length];
    for (int i = 0; i < boxed.length; i++) {
      boxed[i] = values[i];
    }
    return boxed;
  }

  @SuppressWarnings("unchecked") // as Input reads them
  private static List<String> texts(Object value) {
    return (List<String>) value;
  }

  private static <A> List<?> list(List<A> answers, Function<A, ?> value) {
    return answers.stream().map(value).toList();
  }

  private static Row best(Classification classification) {
    return row(classification.labels().getFirst());
  }

  private static Object all(List<Label> labels) {
    return labels.stream().map(Scorers::row).toArray();
  }

  private static Row row(Label label) {
    return RowFactory.create(label.name(), label.probability());
  }
}
