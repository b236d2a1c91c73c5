package dev.comporta.tasks.language;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.cells.model.ModelRunner;
import dev.comporta.cells.model.SequenceModel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apiguardian.api.API;

/** A model that says which token comes next, with the tokens that it knows. */
@API(status = API.Status.EXPERIMENTAL)
public interface LanguageModel {
  /**
   * The layers.
   *
   * @return whose input is a token and whose output is one number for each token that may come next
   */
  SequenceModel model();

  /**
   * Measures the model on a text.
   *
   * @param text the file or folder with the text
   * @param runner runs this model
   * @param catalog where the loss is found
   * @return how well it predicts
   * @throws dev.comporta.api.ComportaException if the text cannot be read or used
   */
  Measurement evaluate(Path text, ModelRunner runner, Catalog catalog);

  /**
   * Continues a prompt. The same model, prompt, sampler and seed give the same text.
   *
   * @param prompt what to start from; may be empty
   * @param length tokens to write, 1 or more
   * @param sampler how each is drawn
   * @param seed of the draws
   * @param runner runs this model
   * @return what was written, without the prompt
   * @throws dev.comporta.api.ComportaException if the prompt cannot be used
   */
  String generate(String prompt, int length, Sampler sampler, long seed, ModelRunner runner);

  /**
   * How well a model predicts a text.
   *
   * @param loss the mean in nats for each token that was predicted
   * @param figures what {@code --json} prints, the loss included, in order
   * @param sentence the same in words
   */
  @API(status = API.Status.EXPERIMENTAL)
  record Measurement(double loss, Map<String, Object> figures, String sentence) {
    /** Copies the figures, keeping their order. */
    public Measurement {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }
  }
}
