package dev.comporta.tasks.captions;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.model.Spec;
import dev.comporta.attention.AttentionDecoderLayer;
import dev.comporta.attention.decoding.BeamSearch;
import dev.comporta.attention.decoding.BeamSettings;
import dev.comporta.attention.decoding.DecoderSteps;
import dev.comporta.attention.decoding.Hypothesis;
import dev.comporta.cells.layers.Conv2dLayer;
import dev.comporta.cells.layers.PicturePlacesLayer;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tasks.ModelLoader;
import dev.comporta.training.text.WordVocabulary;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * A model that says what a picture shows: convolutions, whose last picture's places are what a
 * decoder attends to (Xu et al. 2015, with soft attention), and the words of the decoder.
 *
 * @param model the layers
 * @param vocabulary its words
 */
@API(status = API.Status.EXPERIMENTAL)
public record CaptionModel(SequenceModel model, WordVocabulary vocabulary) {
  private static final String KIND = "caption-words";

  /** No caption has more words. */
  private static final int LONGEST = 40;

  /** Pictures that are read by the model side by side, of however many there are. */
  static final int AT_ONCE = 50;

  /**
   * Checks that the model reads pictures and fits the vocabulary.
   *
   * @throws ComportaException if it does not
   */
  public CaptionModel {
    Spec spec = model.spec();
    if (model.encoder().isEmpty()
        || !(model.encoder().getFirst() instanceof Conv2dLayer first)
        || first.grid().down().size() != first.grid().across().size()
        || first.grid().channels() != PictureValues.CHANNELS
        || model.outputSize() != vocabulary.size()) {
      throw new ComportaException(
          formatted(
              "[caption] expected an encoder of square pictures in %d colours and one output for each of %d words but got '%s' with %d outputs",
              PictureValues.CHANNELS, vocabulary.size(), spec.name(), model.outputSize()));
    }
    ModelLoader.requireIds("a decoder of captions", model.layers(), vocabulary.size());
  }

  /** The words of the grammar. */
  static WordVocabulary words() {
    List<String> words = new ArrayList<>(List.of(WordVocabulary.UNKNOWN, WordVocabulary.END));
    words.addAll(Grammar.words());
    return WordVocabulary.ofTokens(words);
  }

  /**
   * Whether a file holds such a model.
   *
   * @param file what was read
   * @return true if it has a vocabulary of captions
   */
  public static boolean isIn(ModelFile file) {
    return tokens(file) != null;
  }

  private static @Nullable List<String> tokens(ModelFile file) {
    return file.vocabularies().stream()
        .filter(vocabulary -> vocabulary.kind().equals(KIND))
        .map(Vocabulary::tokens)
        .findFirst()
        .orElse(null);
  }

  /**
   * Reads a model.
   *
   * @param path a model file
   * @param catalog where its layers are found
   * @return the model
   * @throws ComportaException if the file is damaged or holds another kind of model
   */
  public static CaptionModel read(Path path, Catalog catalog) {
    return of(ModelFiles.read(path), path.toString(), catalog);
  }

  /**
   * The model that a file's content describes.
   *
   * @param file the content
   * @param from where it was read from, for messages
   * @param catalog where its layers are found
   * @return the model
   * @throws ComportaException if the file holds another kind of model
   */
  public static CaptionModel of(ModelFile file, String from, Catalog catalog) {
    List<String> tokens = tokens(file);
    if (tokens == null) {
      throw new ComportaException(
          formatted(
              "[caption] %s holds no vocabulary of captions, so it is not a model of comporta train captions",
              from));
    }
    return new CaptionModel(ModelLoader.load(file, from, catalog), WordVocabulary.ofTokens(tokens));
  }

  /** The vocabulary as a model file holds it. */
  List<Vocabulary> vocabulariesForFile() {
    return List.of(new Vocabulary("caption", KIND, vocabulary.tokens()));
  }

  /** Pixels on a side of the pictures that it reads. */
  int side() {
    return ((Conv2dLayer) model.encoder().getFirst())
        .grid()
        .down()
        .size(); // as the constructor checked
  }

  /** The layer whose places the decoder looks at; null if the encoder has none. */
  @Nullable PicturePlacesLayer places() {
    for (Layer layer : model.encoder()) {
      if (layer instanceof PicturePlacesLayer places) {
        return places;
      }
    }
    return null;
  }

  /**
   * Whether the decoder looks at places of the picture.
   *
   * @return false for a model whose decoder has only one vector of the whole
   */
  public boolean hasAttention() {
    return AttentionDecoderLayer.weights(model) != null && places() != null;
  }

  /**
   * Says what files of pictures show.
   *
   * @param files square pictures in PNG; of another size than the model's they are scaled
   * @param settings of the search
   * @param runner runs this model
   * @return one caption for each, in order
   * @throws ComportaException if a file cannot be read or holds no such picture
   */
  public List<Caption> captionFiles(List<Path> files, BeamSettings settings, ModelRunner runner) {
    List<Caption> captions = new ArrayList<>();
    for (int from = 0; from < files.size(); from += AT_ONCE) {
      List<BufferedImage> pictures =
          files.subList(from, Math.min(files.size(), from + AT_ONCE)).stream()
              .map(file -> PictureValues.scaled(PictureValues.read(file), side()))
              .toList();
      captions.addAll(caption(pictures, settings, runner));
    }
    return captions;
  }

  /** Says what pictures show. An answer does not depend on the pictures beside it. */
  List<Caption> caption(List<BufferedImage> pictures, BeamSettings settings, ModelRunner runner) {
    int features = PictureValues.CHANNELS * side() * side();
    float[] values = new float[Math.multiplyExact(pictures.size(), features)];
    for (int i = 0; i < pictures.size(); i++) {
      PictureValues.put(PictureValues.scaled(pictures.get(i), side()), values, i * features);
    }
    EncodedSource encoded =
        runner.encode(Batch.ofValues(1, pictures.size(), features, values, null));
    PicturePlacesLayer places = places();
    DecoderSteps steps =
        new DecoderSteps(
            runner,
            encoded,
            vocabulary.size(),
            places == null ? 1 : places.places(),
            AttentionDecoderLayer.weights(model));
    int[] longest = new int[pictures.size()];
    Arrays.fill(longest, LONGEST);
    int end = vocabulary.end();
    return new BeamSearch(steps, settings, end, end)
        .search(longest).stream()
            .map(found -> new Caption(found.hypotheses().stream().map(this::text).toList(), found))
            .toList();
  }

  private String text(Hypothesis hypothesis) {
    return String.join(" ", words(hypothesis));
  }

  /** The words of a hypothesis. */
  List<String> words(Hypothesis hypothesis) {
    return hypothesis.tokens().stream().map(vocabulary.tokens()::get).toList();
  }
}
