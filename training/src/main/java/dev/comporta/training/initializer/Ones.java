package dev.comporta.training.initializer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import java.util.Arrays;

/** {@code ones}: every element 1. No options. */
public final class Ones implements InitializerProvider {
  @Override
  public String name() {
    return "ones";
  }

  @Override
  public String description() {
    return "every element is 1";
  }

  @Override
  public Initializer create(OptionReader options) {
    return (spec, values, offset, random) ->
        Arrays.fill(values, offset, offset + spec.shape().count(), 1);
  }
}
