package dev.comporta.cli;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Workers;
import dev.comporta.cells.model.SequenceModel;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.serialization.ModelDescription;
import dev.comporta.serialization.ModelDescription.StoredTensor;
import dev.comporta.serialization.ModelFiles;
import dev.comporta.serialization.ModelFormat;
import dev.comporta.serialization.ModelFormats;
import dev.comporta.serialization.Provenance;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code comporta inspect}: says what a model file or a checkpoint holds. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description = {
      "Describe a model file or a checkpoint, and verify its checksums; or describe an ONNX file.",
      "Files of other tools are described as the models that they become."
    })
final class InspectCommand implements Callable<Integer> {
  private final Application application;

  @picocli.CommandLine.Spec private CommandSpec command;

  @Parameters(
      paramLabel = "FILE",
      description = "a model file, a checkpoint, or a file of another tool")
  private Path file;

  @Option(
      names = "--architecture",
      paramLabel = "FILE",
      description = "a JSON file with the layers, for files of other tools that hold weights only")
  private @Nullable Path architecture;

  @Option(names = "--json", description = "print one JSON object")
  private boolean json;

  InspectCommand(Application application) {
    this.application = application;
  }

  @Override
  public Integer call() throws IOException {
    if (OnnxModel.isModel(file)) {
      if (architecture != null) {
        throw new InvalidOptionException(
            formatted("%s is an ONNX file; inspect it without --architecture", file));
      }
      OnnxModel model =
          OnnxModel.load(file, application.catalog().preferredBackend(reason -> {}), Workers.ALONE);
      OnnxCommand.inspect(model, Files.size(file), json, command.commandLine().getOut());
      return 0;
    }
    PrintWriter out = command.commandLine().getOut();
    ModelFormat format = ModelFormats.of(file, application.catalog());
    if (format != null) {
      ImportedText text =
          new ImportedText(file, format.read(file, architecture, application.catalog()));
      if (json) {
        out.println(Json.line(text.object()));
      } else {
        text.lines(application.catalog()).forEach(words -> line(out, words));
      }
      return 0;
    }
    if (architecture != null) {
      throw new InvalidOptionException(
          formatted(
              "--architecture is for files of other tools that hold weights only; leave it out for %s",
              file));
    }
    ModelDescription description = ModelFiles.describe(file);
    if (json) {
      out.println(Json.line(object(description)));
    } else {
      print(description, out);
    }
    return 0;
  }

  private Map<String, @Nullable Object> object(ModelDescription description) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("file", file.toString());
    object.put("kind", description.kind());
    object.put("format", description.format());
    object.put("bytes", description.fileLength());
    object.put("parameters", description.parameterCount());
    object.put("specification", Json.spec(description.spec()));
    object.put("provenance", provenance(description.provenance()));
    object.put("metrics", description.metrics());
    List<Map<String, Object>> vocabularies = new ArrayList<>();
    description
        .vocabularies()
        .forEach(vocabulary -> {
          Map<String, Object> entry = new LinkedHashMap<>();
          entry.put("name", vocabulary.name());
          entry.put("kind", vocabulary.kind());
          entry.put("size", vocabulary.tokens().size());
          vocabularies.add(entry);
        });
    object.put("vocabularies", vocabularies);
    object.put("tensors", description.tensors().stream().map(InspectCommand::tensor).toList());
    Spec progress = description.progress();
    if (progress != null) {
      object.put("progress", Json.spec(progress));
      object.put(
          "training_tensors",
          description.trainingTensors().stream().map(InspectCommand::tensor).toList());
    }
    return object;
  }

  static Map<String, @Nullable Object> provenance(Provenance provenance) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("framework_version", provenance.frameworkVersion());
    object.put("java_version", provenance.javaVersion());
    object.put("seed", provenance.seed());
    object.put("data", provenance.data());
    object.put("data_sha256", provenance.dataSha256());
    object.put("hyper_parameters", Json.spec(provenance.hyperParameters()));
    object.put(
        "providers",
        provenance.providers().stream()
            .map(it ->
                Map.of(
                    "kind", it.kind(), "name", it.name(), "jar", it.jar(), "version", it.version()))
            .toList());
    object.put("created", provenance.created() == null ? null : provenance.created().toString());
    return object;
  }

  private static Map<String, Object> tensor(StoredTensor tensor) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", tensor.name());
    object.put("shape", tensor.shape().sizes());
    object.put("dtype", dtype(tensor));
    if (tensor.channelAxis() >= 0) {
      object.put("channel_axis", tensor.channelAxis());
    }
    object.put("bytes", tensor.byteLength());
    object.put("count", tensor.count());
    object.put("sha256", tensor.sha256());
    object.put("non_finite", tensor.nonFinite());
    return object;
  }

  private static String dtype(StoredTensor tensor) {
    return tensor.type().label();
  }

  private void print(ModelDescription description, PrintWriter out) {
    Provenance provenance = description.provenance();
    line(
        out,
        formatted(
            "%s: a %s of format %d, %,d bytes, %,d parameters",
            file,
            description.kind(),
            description.format(),
            description.fileLength(),
            description.parameterCount()));
    line(out, "specification: " + inWords(description.spec()));
    summary(description).lines().forEach(text -> line(out, "  " + text));
    line(
        out,
        formatted(
            "written by comporta %s on java %s, seed %d",
            provenance.frameworkVersion(), provenance.javaVersion(), provenance.seed()));
    String hash = provenance.dataSha256();
    line(
        out, formatted("data: %s%s", provenance.data(), hash.isEmpty() ? "" : ", SHA-256 " + hash));
    line(out, "settings: " + inWords(provenance.hyperParameters()));
    provenance.providers().forEach(provider -> line(out, "plug-in: " + provider));
    description
        .vocabularies()
        .forEach(vocabulary ->
            line(
                out,
                formatted(
                    "vocabulary '%s': %d %s",
                    vocabulary.name(), vocabulary.tokens().size(), vocabulary.kind())));
    description.metrics().forEach((name, value) -> line(out, formatted("%s: %s", name, value)));
    Spec progress = description.progress();
    if (progress != null) {
      line(out, "progress: " + inWords(progress));
    }
    List<StoredTensor> tensors = new ArrayList<>(description.tensors());
    tensors.addAll(description.trainingTensors());
    int width = tensors.stream().mapToInt(tensor -> tensor.name().length()).max().orElse(0);
    for (StoredTensor tensor : tensors) {
      line(
          out,
          formatted(
              "  %s  %-14s %-4s  %,12d  sha256 %s%s",
              tensor.name() + " ".repeat(width - tensor.name().length()),
              Arrays.toString(tensor.shape().sizes()),
              dtype(tensor),
              tensor.count(),
              tensor.sha256(),
              tensor.nonFinite() == 0 ? "" : formatted("  NOT FINITE: %,d", tensor.nonFinite())));
    }
    List<StoredTensor> broken = description.broken();
    if (!broken.isEmpty()) {
      line(
          out,
          formatted(
              "broken: %,d of %,d parameters are NaN or infinite, those of %s first; nothing can be computed with this file",
              broken.stream().mapToLong(StoredTensor::nonFinite).sum(),
              description.parameterCount(),
              broken.getFirst().name()));
    }
  }

  /** The layers, or why they cannot be built here: a provider may be missing. */
  private String summary(ModelDescription description) {
    try {
      description.provenance().requireProviders(file.toString(), application.catalog());
      return SequenceModel.summary(description.spec(), application.catalog());
    } catch (ComportaException e) {
      return "the layers cannot be built here: "
          + Printable.sentence(String.valueOf(e.getMessage()));
    }
  }

  /** Prints a line whose text may come from an untrusted file. */
  private static void line(PrintWriter out, String text) {
    out.println(Printable.line(text));
  }

  /** A specification on one line, such as {@code recurrent(cell: lstm, hidden: 128)}. */
  static String inWords(Object value) {
    return switch (value) {
      case Spec nested when nested.options().isEmpty() -> nested.name();
      case Spec nested -> {
        List<String> options = new ArrayList<>();
        nested.options().forEach((name, option) -> options.add(name + ": " + inWords(option)));
        yield nested.name() + "(" + String.join(", ", options) + ")";
      }
      case List<?> list ->
          "[" + String.join(", ", list.stream().map(InspectCommand::inWords).toList()) + "]";
      default -> value.toString();
    };
  }
}
