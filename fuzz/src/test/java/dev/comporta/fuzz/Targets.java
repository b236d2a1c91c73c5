package dev.comporta.fuzz;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.model.Spec;
import dev.comporta.api.model.SpecText;
import dev.comporta.conformance.Conformance;
import dev.comporta.frame.Task;
import dev.comporta.frame.data.CsvFormat;
import dev.comporta.frame.data.CsvTable;
import dev.comporta.frame.options.ConfigFile;
import dev.comporta.frame.options.Option;
import dev.comporta.frame.options.Options;
import dev.comporta.frame.options.Settings;
import dev.comporta.frame.training.FileOutline;
import dev.comporta.frame.training.LayerOptions;
import dev.comporta.frame.training.TrainingOptions;
import dev.comporta.frame.training.TruncationOptions;
import dev.comporta.inference.Models;
import dev.comporta.serialization.Checkpoints;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.NamedTensor;
import dev.comporta.serialization.safetensors.SafetensorsFile;
import dev.comporta.training.text.BytePairVocabulary;
import dev.comporta.training.text.CharacterVocabulary;
import dev.comporta.training.text.CorpusReader;
import dev.comporta.training.text.SentenceFile;
import dev.comporta.training.text.WordVectors;
import dev.comporta.training.text.WordVocabulary;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The readers; those that are not exported have their target in their own package. */
public final class Targets {
  private Targets() {}

  /** Model files, with checksums that fit. */
  public static final class ModelFileTarget {
    private static final Catalog CATALOG = Catalog.load(Task.KIND);
    private static final Options OF_FILES =
        Options.of(
            LayerOptions.BATCH,
            TruncationOptions.CHUNK,
            TrainingOptions.THREADS,
            TrainingOptions.BACKEND,
            TrainingOptions.EXECUTION);

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(Container.sealed(input), ModelFiles::describe);
      Property.holds(
          Container.sealed(input),
          file -> {
            ModelFile model = ModelFiles.read(file);
            Models.build(model, "the input", CATALOG);
          });
      Property.holds(
          Container.sealed(input),
          file -> Models.build(ModelFiles.map(file), "the input", CATALOG));
      Property.holds(
          Container.sealed(input),
          file -> ModelFiles.map(file).tensors().forEach(NamedTensor::values));
      Property.holds(
          Container.sealed(input),
          file -> FileOutline.of(file, Settings.of("explain", OF_FILES, Map.of()), CATALOG));
    }
  }

  /** Model files and checkpoints as the bytes come. */
  public static final class DamagedModelFileTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(input, ModelFiles::read);
      Property.holds(input, file -> ModelFiles.map(file).tensors().forEach(NamedTensor::values));
    }
  }

  /** Checkpoints, with checksums that fit. */
  public static final class CheckpointTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(Container.sealed(input), Checkpoints::read);
    }
  }

  /** Tensors in the format of safetensors. */
  public static final class SafetensorsTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(
          input,
          path -> {
            SafetensorsFile file = SafetensorsFile.open(path);
            for (String name : file.tensors().keySet()) {
              file.floats(name);
              file.doubles(name);
            }
          });
    }
  }

  /** Reference cases: safetensors with JSON in their metadata. */
  public static final class ConformanceCaseTarget {
    private static final Conformance CONFORMANCE =
        new Conformance(Catalog.load(), "reference", null);

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(input, file -> CONFORMANCE.run(file.getParent()));
    }
  }

  /** Specifications as they are typed. */
  public static final class SpecTextTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(
          input,
          file -> {
            List<Spec> specs = SpecText.parseAll("--groups", text(input));
            for (Spec spec : specs) {
              SpecText.print(spec);
            }
          });
    }
  }

  /** Settings in JSON. */
  public static final class ConfigFileTarget {
    private static final Options OPTIONS =
        Options.of(
            Option.size("hidden", 1),
            Option.positive("rate"),
            Option.flag("fast"),
            Option.paths("image", "FILE"),
            Option.output("out", "FILE"));

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(input, file -> ConfigFile.read(file, "any", OPTIONS));
    }
  }

  /** Columns of numbers. */
  public static final class CsvTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(
          input,
          file ->
              CsvTable.read(
                  file, new CsvFormat(',', false, CsvFormat.Missing.PREVIOUS), List.of("a")));
    }
  }

  /** Texts, ZIP archives of texts, and word vectors. */
  public static final class CorpusTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(input, CorpusReader::read);
      Property.holds(input, file -> SentenceFile.forEach(file, sentence -> {}));
      Property.holds(input, file -> WordVectors.read(file, _ -> true));
    }
  }

  /** Tokens, one a line, as vocabularies of model files have them. */
  public static final class VocabularyTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      List<String> tokens = Arrays.asList(text(input).split("\n", -1));
      of(input, tokens, BytePairVocabulary::ofTokens);
      of(input, tokens, WordVocabulary::ofTokens);
      of(input, tokens, CharacterVocabulary::ofTokens);
    }

    private static void of(
        byte[] input, List<String> tokens, Function<List<String>, ?> vocabulary) {
      Property.holds(input, file -> vocabulary.apply(tokens));
    }
  }

  static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }
}
