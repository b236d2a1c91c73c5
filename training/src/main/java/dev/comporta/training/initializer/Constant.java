package dev.comporta.training.initializer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;
import java.util.Arrays;

/** {@code constant}: sets every element to the option {@code value} (default 0). */
public final class Constant implements InitializerProvider {
  @Override
  public String name() {
    return "constant";
  }

  @Override
  public String description() {
    return "every element is the option value";
  }

  @Override
  public Initializer create(OptionReader options) {
    float value = (float) options.real("value", 0, -Float.MAX_VALUE, Float.MAX_VALUE);
    return (spec, values, offset, random) ->
        Arrays.fill(values, offset, offset + spec.shape().count(), value);
  }
}
