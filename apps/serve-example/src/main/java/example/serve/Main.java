package example.serve;

import dev.comporta.attention.decoding.Sampler;
import dev.comporta.inference.GenerationSettings;
import dev.comporta.inference.LoadedModel;
import dev.comporta.inference.Models;
import dev.comporta.inference.TextGenerator;
import java.nio.file.Path;

/** Continues a text with a model file: {@code Main MODEL PROMPT}. */
public final class Main {
  private Main() {}

  /** Prints what the model writes after the prompt. */
  public static void main(String[] arguments) {
    try (LoadedModel model = Models.load(Path.of(arguments[0]))) {
      TextGenerator poet = model.textGenerator();
      GenerationSettings greedy =
          GenerationSettings.DEFAULT.withLength(20).withSampler(new Sampler(0, 0, 1));
      System.out.println(model.compute().backend().name() + ": " + model.abilities());
      System.out.println(arguments[1] + poet.generate(arguments[1], greedy).text());
      System.out.println(Streams.agree(model) ? "streams agree" : "streams differ");
    }
  }
}
