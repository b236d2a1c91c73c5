package dev.comporta.spark;

import java.io.Serializable;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How a rank ended.
 *
 * @param rank its number
 * @param failure why it did not train to the end, or null if it did
 * @param text for people, as {@code comporta train} prints it
 * @param figures the same as numbers and words
 * @param bytesSent to other ranks
 * @param exchangeSeconds spent in exchanges
 * @param exchanges sums of gradients, or of changes of the parameters
 * @param leftOut what compression left out of them, as a share of the norm, on average
 */
record RankResult(
    int rank,
    @Nullable String failure,
    String text,
    LinkedHashMap<String, @Nullable Object> figures,
    long bytesSent,
    double exchangeSeconds,
    long exchanges,
    double leftOut)
    implements Serializable {
  static RankResult failed(int rank, String failure) {
    return new RankResult(rank, failure, "", new LinkedHashMap<>(), 0, 0, 0, 0);
  }
}
