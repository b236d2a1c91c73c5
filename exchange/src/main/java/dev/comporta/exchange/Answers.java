package dev.comporta.exchange;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.tensor.Ids;
import dev.comporta.cells.model.Batch;
import dev.comporta.cells.model.Carry;
import dev.comporta.cells.model.EncodedSource;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.JsonTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks an encoder-decoder model for grapheme-to-phoneme conversion against expected answers in a
 * JSON file: {@code graphemes} and {@code phonemes} list the tokens, and an object gives the
 * expected phonemes of each word. Decoding is greedy, from {@code <s>} to {@code </s>}, at most
 * {@value #MOST_TOKENS} tokens.
 */
final class Answers {
  private static final int MOST_TOKENS = 20;

  private Answers() {}

  static Verdict check(String shown, String became, ModelRunner runner, Path file) {
    Input input = Input.read(file);
    JsonNode root = JsonTree.parse(input);
    Map<String, Integer> letters = ids(input, root.path("graphemes"));
    Map<String, Integer> tokens = ids(input, root.path("phonemes"));
    List<String> names = new ArrayList<>();
    root.path("phonemes").forEach(token -> names.add(token.asText("")));
    JsonNode answers = words(input, root);
    int right = 0;
    String wrong = "";
    for (Map.Entry<String, JsonNode> answer : answers.properties()) {
      List<String> expected = new ArrayList<>();
      answer.getValue().forEach(token -> expected.add(token.asText("")));
      List<String> got = decoded(runner, answer.getKey(), letters, tokens, names);
      if (got.equals(expected)) {
        right++;
      } else if (wrong.isEmpty()) {
        wrong = formatted("; '%s' gives %s", answer.getKey(), got);
      }
    }
    return new Verdict(
        shown,
        became,
        -1,
        right == answers.size(),
        formatted("%d of %d words give the expected answers%s", right, answers.size(), wrong));
  }

  private static JsonNode words(Input input, JsonNode root) {
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      if (entry.getValue().isObject() && !entry.getValue().isEmpty()) {
        return entry.getValue();
      }
    }
    throw input.refuse("it has no object that maps words to answers");
  }

  private static Map<String, Integer> ids(Input input, JsonNode list) {
    Map<String, Integer> ids = new HashMap<>();
    list.forEach(token -> ids.put(token.asText(""), ids.size()));
    if (!ids.containsKey("</s>")) {
      throw input.refuse("one of its lists of tokens has no </s>");
    }
    return ids;
  }

  private static List<String> decoded(
      ModelRunner runner,
      String word,
      Map<String, Integer> letters,
      Map<String, Integer> tokens,
      List<String> names) {
    List<Integer> source = new ArrayList<>();
    word.chars()
        .forEach(c ->
            source.add(
                letters.getOrDefault(Character.toString(c), letters.getOrDefault("<unk>", 0))));
    source.add(letters.getOrDefault("</s>", 0));
    int[] ids = source.stream().mapToInt(Integer::intValue).toArray();
    EncodedSource encoded = runner.encode(Batch.ofIds(new Ids(ids.length, 1, ids), null));
    Carry carry = runner.newCarry(1);
    int token = tokens.getOrDefault("<s>", 0);
    List<String> answer = new ArrayList<>();
    for (int n = 0; n < MOST_TOKENS; n++) {
      float[] logits =
          runner.predict(Batch.ofIds(new Ids(1, 1, new int[] {token}), null), carry, encoded);
      token = 0;
      for (int i = 1; i < logits.length; i++) {
        token = logits[i] > logits[token] ? i : token;
      }
      if (token == tokens.getOrDefault("</s>", -1)) {
        break;
      }
      answer.add(names.get(token));
    }
    return answer;
  }
}
