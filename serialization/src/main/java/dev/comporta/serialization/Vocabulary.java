package dev.comporta.serialization;

import java.util.List;
import org.apiguardian.api.API;

/**
 * The tokens that a model was trained with; a token's id is its index.
 *
 * @param name the name, such as {@code text}, unique in its file
 * @param kind the kind of tokens, such as {@code characters}
 * @param tokens the tokens, all distinct
 */
@API(status = API.Status.EXPERIMENTAL)
public record Vocabulary(String name, String kind, List<String> tokens) {
  /** Copies the tokens. */
  public Vocabulary {
    tokens = List.copyOf(tokens);
  }
}
