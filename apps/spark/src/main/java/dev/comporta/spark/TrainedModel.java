package dev.comporta.spark;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a distributed training ended.
 *
 * @param model the model file
 * @param text for people, as {@code comporta train} prints it
 * @param figures what {@code comporta train --json} prints
 * @param bytesSent the bytes that one trainer sent to the others, the most of any
 * @param exchangeSeconds the seconds it spent in exchanges, most of which it may have waited
 * @param exchanges how often gradients or changes of the parameters were exchanged
 * @param leftOut the norm of what compression left out of an exchange, divided by that of what was
 *     to be sent: the mean over all exchanges of the same trainer; 0 without compression
 */
public record TrainedModel(
    String model,
    String text,
    Map<String, @Nullable Object> figures,
    long bytesSent,
    double exchangeSeconds,
    long exchanges,
    double leftOut) {
  /** Copies the figures, keeping their order. */
  public TrainedModel {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }
}
