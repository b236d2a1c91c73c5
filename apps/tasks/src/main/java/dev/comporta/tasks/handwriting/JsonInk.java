package dev.comporta.tasks.handwriting;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.comporta.api.ComportaException;
import dev.comporta.api.Formatting;
import dev.comporta.api.Printable;
import dev.comporta.inference.Ink;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Pen strokes as JSON, an object for each word or line of writing: {@code {"text": "hi", "strokes":
 * [[[0, 0], [1, 8]], [[5, 2], [5, 9]]]}}, with x to the right and y down. The objects follow one
 * another, usually one in each line, or are in one list. What else an object or a point has, such
 * as times, is not read.
 */
final class JsonInk {
  private static final int MOST_NESTING = 8;
  private static final String RANGE = formatted("a number from -%.0f to %.0f", Ink.MOST, Ink.MOST);
  private static final String FORM =
      "write {\"text\": \"hi\", \"strokes\": [[[0, 0], [1, 8]], [[5, 2], [5, 9]]]}";
  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(MOST_NESTING).build())
              .build());

  private JsonInk() {}

  /**
   * Reads objects one after the other, or those of a list.
   *
   * @param name of the file, for messages
   * @param labelled whether each must have a text
   * @param to takes each sample as soon as it is read
   * @throws ComportaException if it is not such JSON, or the strokes are none
   */
  static void forEach(Reader json, String name, boolean labelled, Consumer<InkSet.Sample> to) {
    try (JsonParser parser = JSON.getFactory().createParser(json)) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      JsonToken token = parser.nextToken();
      boolean isList = token == JsonToken.START_ARRAY;
      if (isList) {
        token = parser.nextToken();
      }
      while (token != null && token != JsonToken.END_ARRAY) {
        String place = formatted("line %d of %s", parser.currentTokenLocation().getLineNr(), name);
        to.accept(sample(JSON.readTree(parser), place, labelled));
        token = parser.nextToken();
      }
      if (isList && parser.nextToken() != null) {
        throw new ComportaException(
            formatted(
                "[handwriting] expected a single list of samples in %s but line %d has more after it; %s",
                name, parser.currentTokenLocation().getLineNr(), FORM));
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new ComportaException(
          formatted(
              "[handwriting] expected JSON in line %d of %s but it is not: %s; %s",
              line, name, Printable.sentence(e.getOriginalMessage()), FORM),
          e);
    } catch (IOException e) {
      throw new ComportaException(formatted("%s cannot be read: %s", name, e.getMessage()), e);
    }
  }

  private static InkSet.Sample sample(JsonNode root, String place, boolean labelled) {
    JsonNode text = root.path("text");
    if (!root.isObject() || !root.path("strokes").isArray()) {
      throw wrong("an object with a list of 'strokes'", place, root);
    }
    boolean isMissing = labelled ? text.asText("").isBlank() : text.isMissingNode();
    if (isMissing ? labelled : !text.isTextual()) {
      throw wrong("the 'text' that was written, in quotation marks,", place, text);
    }
    List<float[]> strokes = new ArrayList<>();
    for (JsonNode stroke : root.get("strokes")) {
      strokes.add(points(stroke, formatted("stroke %d of %s", strokes.size() + 1, place)));
    }
    return new InkSet.Sample(text.asText(""), InkSet.ink(strokes, place), place);
  }

  private static float[] points(JsonNode stroke, String place) {
    if (!stroke.isArray() || stroke.isEmpty()) {
      throw wrong("a list of one point [x, y] or more", place, stroke);
    }
    float[] points = new float[2 * stroke.size()];
    for (int i = 0; i < stroke.size(); i++) {
      JsonNode point = stroke.get(i);
      if (!point.isArray() || point.size() < 2) {
        throw wrong("a point [x, y]", formatted("point %d of %s", i + 1, place), point);
      }
      for (int axis = 0; axis < 2; axis++) {
        JsonNode number = point.get(axis);
        if (!number.isNumber() || !(Math.abs(number.doubleValue()) <= Ink.MOST)) {
          throw wrong(RANGE, formatted("point %d of %s", i + 1, place), number);
        }
        points[2 * i + axis] = (float) number.doubleValue();
      }
    }
    return points;
  }

  private static ComportaException wrong(String expected, String place, JsonNode found) {
    return new ComportaException(
        formatted(
            "[handwriting] expected %s in %s but found %s; %s",
            expected, place, found.isMissingNode() ? "nothing" : Printable.quote(found), FORM));
  }

  /** Strokes as one line of such JSON, without a line break. */
  static String write(String text, Ink ink) {
    String strokes =
        ink.strokes().stream().map(JsonInk::stroke).collect(Collectors.joining(", ", "[", "]"));
    try {
      return formatted("{\"text\": %s, \"strokes\": %s}", JSON.writeValueAsString(text), strokes);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // a string can be written
    }
  }

  private static String stroke(float[] points) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < points.length; i += 2) {
      text.append(i == 0 ? "" : ", ")
          .append(formatted("[%s, %s]", number(points[i]), number(points[i + 1])));
    }
    return text.append(']').toString();
  }

  /** Two digits after the point are enough for a tablet. */
  private static String number(float value) {
    return Formatting.formatted("%.2f", value).replaceFirst("\\.?0+$", "");
  }
}
