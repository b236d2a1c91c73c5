package dev.comporta.serialization.safetensors;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.comporta.api.Printable;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import dev.comporta.serialization.ModelFileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Parses the JSON header token by token and checks its claims against the data section. */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  /** Objects of objects of lists, plus one level so that deeper nesting can be reported. */
  private static final int DEEPEST = 4;

  /** The most tensors, and the most entries of metadata: each becomes some hundred bytes. */
  private static final int MOST_ENTRIES = 1 << 16;

  /** The most axes of a tensor. */
  private static final int MOST_AXES = 8;

  private final Function<String, ModelFileException> refusal;
  private final long dataLength;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private SafetensorsHeader(Function<String, ModelFileException> refusal, long dataLength) {
    this.refusal = refusal;
    this.dataLength = dataLength;
  }

  /**
   * Reads a header.
   *
   * @param json the header's bytes
   * @param dataLength the bytes after it
   * @param refusal makes an error of a clause
   */
  static SafetensorsHeader parse(
      byte[] json, long dataLength, Function<String, ModelFileException> refusal) {
    SafetensorsHeader header = new SafetensorsHeader(refusal, dataLength);
    StreamReadConstraints limits =
        StreamReadConstraints.builder()
            .maxNestingDepth(DEEPEST)
            .maxNumberLength(24)
            .maxNameLength(Math.max(1, json.length))
            .maxStringLength(Math.max(1, json.length))
            .build();
    JsonFactory factory =
        JsonFactory.builder()
            .streamReadConstraints(limits)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();
    Reader text =
        new InputStreamReader(
            new ByteArrayInputStream(json), StandardCharsets.UTF_8.newDecoder()); // strict
    try (JsonParser parser = factory.createParser(text)) {
      header.read(parser);
    } catch (CharacterCodingException e) {
      throw refusal.apply("its header is not UTF-8");
    } catch (JsonProcessingException e) {
      throw refusal.apply("its header cannot be parsed as JSON: " + quoted(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
    header.checkPlaces();
    return header;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  Map<String, StoredTensor> tensors() {
    return tensors;
  }

  /** Text of the file in a message. */
  static String quoted(String text) {
    return "'" + Printable.quote(text) + "'";
  }

  private void read(JsonParser parser) throws IOException {
    require(parser.nextToken(), JsonToken.START_OBJECT, "the header", "an object");
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      if (key.equals(METADATA)) {
        readMetadata(parser);
      } else {
        readTensor(parser, key);
      }
    }
    require(parser.currentToken(), JsonToken.END_OBJECT, "the header", "an object");
    if (parser.nextToken() != null) {
      throw refusal.apply("its header continues after the JSON object");
    }
  }

  private void readMetadata(JsonParser parser) throws IOException {
    require(parser.currentToken(), JsonToken.START_OBJECT, METADATA, "an object of strings");
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      require(parser.nextToken(), JsonToken.VALUE_STRING, METADATA, "an object of strings");
      requireFew(metadata.size(), "entries of metadata");
      metadata.put(key, parser.getText());
    }
  }

  private void readTensor(JsonParser parser, String name) throws IOException {
    String what = "tensor " + quoted(name);
    require(parser.currentToken(), JsonToken.START_OBJECT, what, "an object");
    String dtype = null;
    long[] sizes = null;
    long[] offsets = null;
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      switch (key) {
        case "dtype" -> {
          require(parser.currentToken(), JsonToken.VALUE_STRING, what, "a dtype as a string");
          dtype = parser.getText();
        }
        case "shape" -> sizes = numbers(parser, what + ", shape,", MOST_AXES);
        case "data_offsets" -> offsets = numbers(parser, what + ", data_offsets,", 2);
        default ->
            throw refusal.apply(
                formatted(
                    "%s has a field %s; expected dtype, shape and data_offsets",
                    what, quoted(key)));
      }
    }
    requireFew(tensors.size(), "tensors");
    tensors.put(name, checked(name, what, dtype, sizes, offsets));
  }

  private void requireFew(int already, String what) {
    if (already == MOST_ENTRIES) {
      throw refusal.apply(
          formatted("its header has more than %d %s, which is the limit", MOST_ENTRIES, what));
    }
  }

  private long[] numbers(JsonParser parser, String what, int most) throws IOException {
    require(parser.currentToken(), JsonToken.START_ARRAY, what, "a list of integers");
    long[] numbers = new long[most];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what, "a list of integers");
      if (count == most) {
        throw refusal.apply(formatted("%s expected at most %d numbers but got more", what, most));
      }
      numbers[count] = parser.getLongValue();
      if (numbers[count] < 0) {
        throw refusal.apply(
            formatted("%s expected numbers of 0 or more but got %d", what, numbers[count]));
      }
      count++;
    }
    return Arrays.copyOf(numbers, count);
  }

  private StoredTensor checked(
      String name,
      String what,
      @Nullable String dtype,
      long @Nullable [] sizes,
      long @Nullable [] offsets) {
    if (dtype == null || sizes == null || offsets == null || offsets.length != 2) {
      throw refusal.apply(
          formatted(
              "%s expected a dtype, a shape and two data_offsets but some are missing", what));
    }
    Dtype type =
        Arrays.stream(Dtype.values())
            .filter(known -> known.name().equals(dtype))
            .findFirst()
            .orElseThrow(() ->
                refusal.apply(
                    formatted(
                        "%s has the dtype %s; expected one of %s",
                        what, quoted(dtype), Arrays.toString(Dtype.values()))));
    Shape shape = shape(what, sizes);
    StoredTensor tensor = new StoredTensor(name, type, shape, offsets[0]);
    if (offsets[1] > dataLength || offsets[0] > dataLength || tensor.end() != offsets[1]) {
      throw refusal.apply(
          formatted(
              "%s of %s %s needs %d bytes but its data_offsets are %d to %d of %d",
              what,
              dtype,
              Arrays.toString(sizes),
              (long) shape.count() * type.bytes(),
              offsets[0],
              offsets[1],
              dataLength));
    }
    return tensor;
  }

  private Shape shape(String what, long[] sizes) {
    int[] small = new int[sizes.length];
    try {
      for (int i = 0; i < sizes.length; i++) {
        small[i] = Math.toIntExact(sizes[i]);
      }
      return Shape.of(small);
    } catch (ArithmeticException | ShapeException e) {
      throw refusal.apply(
          formatted(
              "%s has the shape %s, which is more than one tensor can hold",
              what, Arrays.toString(sizes)));
    }
  }

  /** Checks that tensors are contiguous: no overlaps, no gaps, nothing after the last one. */
  private void checkPlaces() {
    List<StoredTensor> placed = new ArrayList<>(tensors.values());
    placed.sort(Comparator.comparingLong(StoredTensor::begin).thenComparingLong(StoredTensor::end));
    long next = 0;
    for (StoredTensor tensor : placed) {
      if (tensor.begin() != next) {
        throw refusal.apply(
            formatted(
                "tensor %s begins at byte %d of the data but the previous tensor ends at %d",
                quoted(tensor.name()), tensor.begin(), next));
      }
      next = tensor.end();
    }
    if (next != dataLength) {
      throw refusal.apply(
          formatted(
              "its tensors end at byte %d of the data but it has %d bytes", next, dataLength));
    }
  }

  private void require(@Nullable JsonToken got, JsonToken expected, String what, String inWords) {
    if (got != expected) {
      throw refusal.apply(formatted("%s expected %s in its header but got %s", what, inWords, got));
    }
  }
}
