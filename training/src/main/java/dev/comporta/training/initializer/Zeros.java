package dev.comporta.training.initializer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import java.util.Arrays;

/** {@code zeros}: every element 0. No options. */
public final class Zeros implements InitializerProvider {
  @Override
  public String name() {
    return "zeros";
  }

  @Override
  public String description() {
    return "every element is 0";
  }

  @Override
  public Initializer create(OptionReader options) {
    return (spec, values, offset, random) ->
        Arrays.fill(values, offset, offset + spec.shape().count(), 0);
  }
}
