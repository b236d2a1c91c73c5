package dev.comporta.api.attention;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Makes attention scores of one kind by its name. */
@API(status = API.Status.EXPERIMENTAL)
public interface AttentionProvider extends NamedProvider {
  /**
   * Makes an attention.
   *
   * @param querySize Q
   * @param keySize K
   * @param options what the score understands; options that are left unread are refused
   * @return the attention
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range or the sizes do
   *     not fit this score
   */
  Attention create(int querySize, int keySize, OptionReader options);
}
