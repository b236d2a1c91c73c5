package dev.comporta.tasks.language;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.attention.decoding.Continuation;
import dev.comporta.attention.decoding.Sampler;
import dev.comporta.frame.model.ModelLoader;
import dev.comporta.frame.model.OpenModel;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.Vocabulary;
import dev.comporta.tensor.CounterRandom;
import dev.comporta.training.text.TextTokens;

/** A model with its tokens; it writes {@code <unk>} only if that is allowed. */
record LanguageModel(OpenModel model, TextTokens tokens, boolean allowUnknown) {
  /** A model whose input and output are seen to fit its tokens. */
  static LanguageModel of(OpenModel model, boolean allowUnknown) {
    TextTokens tokens = tokens(model.file(), model.name());
    int outputs = model.model().outputSize();
    if (outputs != tokens.size()) {
      throw new ComportaException(
          formatted(
              "[model] expected an output for each of the %d %ss of %s but it has %d; the file is inconsistent",
              tokens.size(), tokens.noun(), model.name(), outputs));
    }
    ModelLoader.requireIds(model.name(), model.model().layers(), tokens.size());
    return new LanguageModel(model, tokens, allowUnknown);
  }

  /** The tokens that a model file holds. */
  static TextTokens tokens(ModelFile file, String from) {
    for (Vocabulary kept : file.vocabularies()) {
      TextTokens tokens = TextTokens.of(kept.kind(), kept.tokens());
      if (tokens != null) {
        return tokens;
      }
    }
    throw new ComportaException(
        formatted(
            "[model] expected characters, byte pairs or words in %s but it has none; it is not a language model",
            from));
  }

  /** What the model continues ids with. */
  Continuation continuation(int... ids) {
    var words = tokens.words();
    int excluded = words == null || allowUnknown ? -1 : words.unknown();
    return new Continuation(model.runner(), tokens.size(), excluded, ids);
  }

  /** What the model writes after a prompt. */
  String write(String prompt, int length, Sampler sampler, int seed) {
    boolean words = tokens.words() != null;
    int[] ids = tokens.prompt(prompt);
    var random = new CounterRandom(seed).stream("generate");
    String text = tokens.decoder().apply(continuation(ids).draw(length, sampler, random));
    return words && ids.length > 1 && !text.startsWith("\n") ? " " + text : text;
  }
}
