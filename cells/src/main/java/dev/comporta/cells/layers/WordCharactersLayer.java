package dev.comporta.cells.layers;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.Cell;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.cell.StateSpec;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.LayerContext;
import dev.comporta.api.layer.LayerProvider;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Ids;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apiguardian.api.API;

/**
 * A vector for each word, from the word and from its characters (Ling et al. 2015, <i>Finding
 * Function in Form</i>; Lample et al. 2016, section 4.1): {@code [(1 + K) T, B] -> [T, B, E + 2
 * H]}. Each word is 1 + K ids: its own, then those of its characters, padded with the id N, which
 * is not a character. A cell runs over the characters in each direction.
 *
 * <pre>
 * y_t = (table[word_t], forward(characters_t), backward(characters_t))
 * </pre>
 *
 * <p>The last output of each direction is used. A word ends at the first id N; one without
 * characters has zeros. Ids that do not fill a word are dropped, and a row of L ids has {@code L /
 * (1 + K)} words, rounded down. In training, words are replaced by word 0, the unknown one, at the
 * rate {@code word-dropout}, so that its vector is learned and the characters are used.
 *
 * <p>Parameters: {@code table [V, E]}, {@code characters.table [N, D]}, and those of the cells,
 * named {@code characters.forward.NAME} and {@code characters.backward.NAME}.
 *
 * @param vocabulary V, the number of words
 * @param size E, the size of a word's own vector
 * @param characters N, the number of characters
 * @param characterSize D, the size of a character's vector
 * @param wordLength K, the most characters of a word
 * @param wordDropout the rate at which words are replaced by word 0 in training
 * @param inner reads the characters of a word
 */
@API(status = API.Status.EXPERIMENTAL)
public record WordCharactersLayer(
    int vocabulary,
    int size,
    int characters,
    int characterSize,
    int wordLength,
    float wordDropout,
    BidirectionalLayer inner)
    implements Layer {
  private static final String PREFIX = "characters.";
  private static final String WORDS = EmbeddingLayer.TABLE;
  private static final String CHARACTERS = PREFIX + EmbeddingLayer.TABLE;
  private static final Spec UNIFORM = Spec.of("uniform").with("low", -0.1).with("high", 0.1);

  @Override
  public int outputSize() {
    return size + inner.outputSize();
  }

  private static ParameterSpec table(String name, int rows, int columns) {
    return new ParameterSpec(
        name, Shape.of(rows, columns).named("vocabulary", "features"), UNIFORM, rows, columns);
  }

  @Override
  public List<ParameterSpec> parameters() {
    List<ParameterSpec> parameters = new ArrayList<>();
    parameters.add(table(WORDS, vocabulary, size));
    parameters.add(table(CHARACTERS, characters, characterSize));
    inner.parameters().forEach(spec -> parameters.add(spec.prefixed(PREFIX)));
    return List.copyOf(parameters);
  }

  /** The number of ids of a word. */
  private int ids() {
    return 1 + wordLength;
  }

  @Override
  public Output forward(Sequence input, CellState carry, LayerContext context) {
    int timesteps = input.timesteps() / ids();
    int batch = input.batch();
    int[] lengths = Features.lengths(input);
    for (int row = 0; row < batch; row++) {
      lengths[row] /= ids();
    }
    int[] words = new int[timesteps * batch];
    int[] spelled = new int[wordLength * words.length]; // [K, T * B]
    int[] spelledLengths = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      int t = i / batch;
      int row = i % batch;
      if (t < lengths[row]) {
        words[i] = checked(input.ids(), t * ids(), row, vocabulary - 1);
        spelledLengths[i] = spell(input.ids(), t * ids() + 1, row, spelled, i, words.length);
      }
    }
    Tensor vectors = words(new Ids(timesteps, batch, words), context); // [T, B, E]
    Ids letters = new Ids(wordLength, words.length, spelled);
    Tensor read = read(letters, spelledLengths, context); // [1, T * B, 2 H]
    Tensor y = vectors.concat(-1, read.reshape(timesteps, batch, inner.outputSize()));
    return new Output(Sequence.of(y, lengths), carry);
  }

  private Tensor words(Ids words, LayerContext context) {
    Tensor table = context.parameter(WORDS);
    Tensor vectors = table.gather(words);
    if (!context.training() || wordDropout == 0) {
      return vectors;
    }
    Tensor kept =
        context.dropoutMask("words", wordDropout, Shape.of(words.timesteps(), words.batch(), 1));
    return kept.select(vectors, table.slice(0, 0, 1).reshape(1, 1, size));
  }

  private Tensor read(Ids letters, int[] lengths, LayerContext context) {
    Sequence spelled = Sequence.of(context.parameter(CHARACTERS).gather(letters), lengths);
    Map<String, Tensor> initial = new LinkedHashMap<>();
    for (StateSpec part : inner.carry()) {
      Tensor zeros = spelled.values().constant(Shape.of(letters.batch(), part.size()), 0);
      String learned = part.initial();
      initial.put(
          part.name(), learned == null ? zeros : zeros.plus(context.parameter(PREFIX + learned)));
    }
    return inner
        .forward(spelled, CellState.of(initial), new Nested(context, PREFIX))
        .sequence()
        .values();
  }

  /** Copies the characters of a word and returns their number. */
  private int spell(Ids ids, int from, int row, int[] spelled, int word, int words) {
    for (int k = 0; k < wordLength; k++) {
      int id = checked(ids, from + k, row, characters);
      if (id == characters) {
        return k;
      }
      spelled[k * words + word] = id;
    }
    return wordLength;
  }

  private static int checked(Ids ids, int timestep, int row, int largest) {
    int id = ids.values()[timestep * ids.batch() + row];
    if (id < 0 || id > largest) {
      throw new ShapeException(
          formatted(
              "[word-characters] expected ids between 0 and %d but got %d at timestep %d of row %d; use the vocabularies that the model was built with",
              largest, id, timestep, row));
    }
    return id;
  }

  /**
   * Options: {@code vocabulary} (V), {@code size} (E), {@code characters} (N), {@code
   * character-size} (D) and {@code word-length} (K), all required; {@code word-dropout} (0 by
   * default), and those of {@link CellOptions}, which apply to both cells.
   */
  public static final class Provider implements LayerProvider {
    private static final int LONGEST_WORD = 1024;

    /** Called by the service loader. */
    public Provider() {}

    @Override
    public String name() {
      return "word-characters";
    }

    @Override
    public String description() {
      return "A vector for each word, from the word and from its characters in both directions (Ling et al. 2015)";
    }

    @Override
    public Layer create(int inputSize, OptionReader options, Catalog catalog) {
      if (inputSize != 0) {
        throw new InvalidOptionException(
            formatted(
                "[word-characters] expected ids as input but the previous layer has %d output features; make this the first layer",
                inputSize));
      }
      int vocabulary = options.size("vocabulary", 1);
      int size = options.size("size", 1);
      int characters = options.size("characters", 1);
      int characterSize = options.size("character-size", 1);
      int wordLength = options.whole("word-length", 1, LONGEST_WORD);
      float wordDropout = (float) options.real("word-dropout", 0, 0, 0.99);
      Cell cell = CellOptions.read(characterSize, options, catalog);
      BidirectionalLayer inner =
          new BidirectionalLayer(cell, cell, BidirectionalLayer.Merge.CONCATENATE, Returns.LAST);
      if ((long) size + inner.outputSize() > OptionReader.LARGEST_SIZE) {
        throw new InvalidOptionException(
            formatted(
                "[word-characters] expected at most %d output features but 'size' %d and the cells make %d",
                OptionReader.LARGEST_SIZE, size, (long) size + inner.outputSize()));
      }
      return new WordCharactersLayer(
          vocabulary, size, characters, characterSize, wordLength, wordDropout, inner);
    }
  }
}
