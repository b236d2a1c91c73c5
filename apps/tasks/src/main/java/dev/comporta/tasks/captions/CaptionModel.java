package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.layer.Layer;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.DecoderSteps;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.cells.layers.PicturePlacesLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.frame.model.ModelLoader;
import dev.comporta.frame.model.OpenModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.training.text.WordVocabulary;
import dev.comporta.view.Look;
import dev.comporta.view.SquarePicture;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A model that says what a picture shows: convolutions, to whose positions a decoder attends (Xu et
 * al. 2015, with soft attention), and the words of the decoder.
 *
 * @param open the opened file
 * @param vocabulary its words
 * @param side pixels on a side of the pictures that it reads
 * @param places the positions that the decoder attends to; null if the encoder has none
 */
record CaptionModel(
    OpenModel open, WordVocabulary vocabulary, int side, @Nullable PicturePlacesLayer places) {
  /** Red, green, blue. */
  static final int CHANNELS = 3;

  /** Pictures that the model reads in one batch. */
  static final int AT_ONCE = 50;

  private static final String KIND = "caption-words";

  /** No caption has more words. */
  private static final int LONGEST = 40;

  /**
   * Captions of a picture.
   *
   * @param texts of each hypothesis, the best first
   * @param hypotheses with their scores, log-probabilities and attention
   */
  record Caption(List<String> texts, List<Hypothesis> hypotheses) {
    String best() {
      return texts.getFirst();
    }
  }

  /**
   * The model of a file.
   *
   * @throws ComportaException if it does not read pictures, or the vocabulary does not fit
   */
  static CaptionModel of(OpenModel open) {
    SequenceModel model = open.model();
    WordVocabulary vocabulary = vocabulary(open.file());
    int features =
        model.encoder().isEmpty() ? 0 : model.spec().reader().size("source-input-size", 0, 0);
    int side = (int) Math.round(Math.sqrt(features / (double) CHANNELS));
    if (vocabulary == null
        || side == 0
        || side * side * CHANNELS != features
        || model.outputSize() != vocabulary.size()) {
      throw new ComportaException(
          formatted(
              "[caption] expected a model of comporta train captions, with an encoder of square pictures in %d colours and an output for each word, but %s is not one",
              CHANNELS, open.name()));
    }
    ModelLoader.requireIds("a decoder of captions", model.layers(), vocabulary.size());
    PicturePlacesLayer places = null;
    for (Layer layer : model.encoder()) {
      places = layer instanceof PicturePlacesLayer found ? found : places;
    }
    return new CaptionModel(open, vocabulary, side, places);
  }

  /** The words of the grammar. */
  static WordVocabulary words() {
    List<String> words = new ArrayList<>(List.of(WordVocabulary.UNKNOWN, WordVocabulary.END));
    words.addAll(Grammar.words());
    return WordVocabulary.ofTokens(words);
  }

  /** The words of a model file; null if it has none. */
  static @Nullable WordVocabulary vocabulary(ModelFile file) {
    return file.vocabularies().stream()
        .filter(vocabulary -> vocabulary.kind().equals(KIND))
        .findFirst()
        .map(vocabulary -> WordVocabulary.ofTokens(vocabulary.tokens()))
        .orElse(null);
  }

  /** Words as a model file holds them. */
  static Vocabulary forFile(WordVocabulary words) {
    return new Vocabulary("caption", KIND, words.tokens());
  }

  /** Whether the decoder attends to positions of the picture. */
  boolean hasAttention() {
    return AttentionDecoderLayer.weights(open.model()) != null && places != null;
  }

  /**
   * Says what pictures show; of another size than the model's they are scaled. An answer does not
   * depend on the other pictures of its batch.
   */
  List<Caption> caption(List<BufferedImage> pictures, BeamSettings search) {
    int features = CHANNELS * side * side;
    float[] values = new float[Math.multiplyExact(pictures.size(), features)];
    for (int i = 0; i < pictures.size(); i++) {
      put(SquarePicture.scaled(pictures.get(i), side), values, i * features);
    }
    EncodedSource encoded =
        open.runner().encode(Batch.ofValues(1, pictures.size(), features, values, null));
    DecoderSteps steps =
        new DecoderSteps(
            open.runner(),
            encoded,
            vocabulary.size(),
            places == null ? 1 : places.places(),
            AttentionDecoderLayer.weights(open.model()));
    int[] longest = new int[pictures.size()];
    Arrays.fill(longest, LONGEST);
    int end = vocabulary.end();
    return new BeamSearch(steps, search, end, end)
        .search(longest).stream()
            .map(BeamSearch.Found::hypotheses)
            .map(found -> new Caption(found.stream().map(this::text).toList(), found))
            .toList();
  }

  /**
   * Writes a picture channel by channel, row by row, each number from 0 for full light, as around a
   * padded picture, to 2 for none.
   */
  static void put(BufferedImage image, float[] to, int offset) {
    int pixels = image.getWidth() * image.getHeight();
    int[] rgb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int i = 0; i < pixels; i++) {
      for (int channel = 0; channel < CHANNELS; channel++) {
        int value = (rgb[i] >> (8 * (CHANNELS - 1 - channel))) & 0xff;
        to[offset + channel * pixels + i] = 2 - value / 127.5f;
      }
    }
  }

  private String text(Hypothesis hypothesis) {
    return String.join(" ", hypothesis.tokens().stream().map(vocabulary.tokens()::get).toList());
  }

  /** Where the model looked for its best caption, the end left out. */
  Look look(BufferedImage picture, Caption caption) {
    Hypothesis best = caption.hypotheses().getFirst();
    boolean attends = hasAttention();
    List<Look.Word> words =
        IntStream.range(0, best.tokens().size())
            .mapToObj(t ->
                new Look.Word(
                    vocabulary.tokens().get(best.tokens().get(t)),
                    Math.exp(best.logProbabilities().get(t)),
                    attends ? best.attention().get(t) : new float[0]))
            .toList();
    return new Look(
        open.name(),
        picture,
        caption.best(),
        attends && places != null ? places.height() : 0,
        attends && places != null ? places.width() : 0,
        words);
  }
}
