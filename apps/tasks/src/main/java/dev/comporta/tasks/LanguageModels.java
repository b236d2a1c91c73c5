package dev.comporta.tasks;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.catalog.Catalog;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.tasks.charlm.TextModel;
import dev.comporta.tasks.charlm.TextTokens;
import dev.comporta.tasks.language.LanguageModel;
import dev.comporta.tasks.wordlm.WordModel;
import java.nio.file.Path;
import org.apiguardian.api.API;

/** Reads models of language, each kind known by the vocabulary in its file. */
@API(status = API.Status.EXPERIMENTAL)
public final class LanguageModels {
  private LanguageModels() {}

  /**
   * Reads a model.
   *
   * @param path a model file
   * @param catalog where its layers are found
   * @return the model
   * @throws ComportaException if the file is damaged or holds another kind of model
   */
  public static LanguageModel read(Path path, Catalog catalog) {
    ModelFile file = ModelFiles.read(path);
    for (var vocabulary : file.vocabularies()) {
      switch (vocabulary.kind()) {
        case TextTokens.Characters.KIND, TextTokens.BytePairs.KIND -> {
          return TextModel.of(file, path.toString(), catalog);
        }
        case WordModel.KIND -> {
          return WordModel.of(file, path.toString(), catalog);
        }
        default -> {}
      }
    }
    throw new ComportaException(
        formatted(
            "[model] %s holds no vocabulary of characters, byte pairs or words, so it is not a language model",
            path));
  }
}
