package dev.comporta.api.attention;

import dev.comporta.api.NamedProvider;
import dev.comporta.api.model.OptionReader;
import org.apiguardian.api.API;

/** Creates attention scores of one kind. */
@API(status = API.Status.STABLE)
public interface AttentionProvider extends NamedProvider {
  /**
   * Creates an attention score.
   *
   * @param querySize Q, the features of a query
   * @param keySize K, the features of a position of the memory
   * @param options the options of the score; unread options are rejected
   * @return the attention score
   * @throws dev.comporta.api.InvalidOptionException if an option is out of range or the score does
   *     not support these sizes
   */
  Attention create(int querySize, int keySize, OptionReader options);
}
