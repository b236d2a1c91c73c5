package dev.comporta.tasks.music;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Pieces in JSON: an object of parts, each a list of pieces; or a list of pieces; or one piece. A
 * piece is a list of timesteps, and a timestep a list of MIDI notes: {@code {"train": [[[60, 64],
 * [62]]]}}.
 */
final class JsonPieces {
  private static final int MOST_NESTING = 8;
  private static final String FORM = "write pieces as {\"train\": [[[60, 64], [62]]]}";
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MOST_NESTING).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonPieces() {}

  /**
   * Reads pieces by the name of their part; pieces without a part are in the part "".
   *
   * @throws ComportaException if it is not such JSON, a piece is empty, or a note is not a key of a
   *     piano
   */
  static Map<String, List<Piece>> read(byte[] content, String name) {
    JsonNode root;
    try {
      root = JSON.readTree(content);
    } catch (IOException e) { // of the JSON, or of characters in UTF-16 or UTF-32
      String why =
          e instanceof JsonProcessingException json
              ? json.getOriginalMessage()
              : Objects.requireNonNullElse(e.getMessage(), "no text");
      throw new ComportaException(
          formatted(
              "[music] expected a MIDI file, or JSON such as [[[60, 64], [62]]], but %s is neither: %s",
              name, Printable.sentence(why)),
          e);
    }
    Map<String, List<Piece>> parts = new LinkedHashMap<>();
    if (root.isObject()) {
      root.properties()
          .forEach(part ->
              parts.put(
                  part.getKey(),
                  pieces(
                      part.getValue(),
                      formatted("part '%s' of %s", Printable.line(part.getKey()), name))));
    } else {
      parts.put("", isPiece(root) ? List.of(piece(root, name)) : pieces(root, name));
    }
    if (parts.values().stream().allMatch(List::isEmpty)) {
      throw new ComportaException(formatted("[music] expected pieces in %s but it has none", name));
    }
    return parts;
  }

  /** Whether this is a list of lists of notes. */
  private static boolean isPiece(JsonNode node) {
    for (JsonNode step : node) {
      if (!step.isEmpty()) {
        return !step.get(0).isArray();
      }
    }
    return false;
  }

  private static List<Piece> pieces(JsonNode list, String place) {
    requireList(list, "pieces", place);
    List<Piece> pieces = new ArrayList<>();
    for (JsonNode piece : list) {
      pieces.add(piece(piece, formatted("piece %d of %s", pieces.size() + 1, place)));
    }
    return pieces;
  }

  private static Piece piece(JsonNode list, String place) {
    requireList(list, "timesteps", place);
    List<List<Integer>> chords = new ArrayList<>();
    for (JsonNode step : list) {
      requireList(step, "notes", formatted("step %d of %s", chords.size() + 1, place));
      List<Integer> notes = new ArrayList<>();
      for (JsonNode note : step) {
        if (!note.isIntegralNumber() || !note.canConvertToInt()) {
          throw new ComportaException(
              formatted(
                  "[music] expected MIDI notes in step %d of %s but found %s; %s",
                  chords.size() + 1, place, Printable.quote(note), FORM));
        }
        notes.add(note.intValue());
      }
      chords.add(notes);
    }
    return Piece.of(chords, place);
  }

  private static void requireList(JsonNode node, String of, String place) {
    if (!node.isArray()) {
      throw new ComportaException(
          formatted(
              "[music] expected a list of %s as %s but found %s; %s",
              of, place, node.isObject() ? "an object" : Printable.quote(node), FORM));
    }
  }
}
