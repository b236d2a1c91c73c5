package dev.comporta.exchange.torch;

import static dev.comporta.api.Formatting.formatted;

import com.fasterxml.jackson.databind.JsonNode;
import dev.comporta.api.Printable;
import dev.comporta.api.model.Spec;
import dev.comporta.exchange.files.ForeignTensor;
import dev.comporta.exchange.files.Input;
import dev.comporta.exchange.files.Tensors;
import dev.comporta.exchange.files.TorchArchive;
import dev.comporta.exchange.layers.Draft;
import dev.comporta.exchange.layers.Kernels;
import dev.comporta.exchange.layers.Nonlinearity;
import dev.comporta.exchange.layers.Piece;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Imports state dictionaries of PyTorch. They do not contain the order of the modules, nor what
 * runs between them. Both are guessed from names and shapes unless an architecture is given; a note
 * reports the guess.
 */
public final class TorchImport {
  private static final Spec NO_OPTIONS = Spec.of("guessed");
  private static final double EPSILON = 1e-5;

  private final Draft draft;
  private final Tensors tensors;

  private TorchImport(Draft draft, Tensors tensors) {
    this.draft = draft;
    this.tensors = tensors;
  }

  /** Imports an archive. */
  public static Draft archive(Input file, @Nullable JsonNode architecture) {
    TorchArchive.Content content = TorchArchive.read(file);
    Draft draft =
        new Draft(file, "pytorch", content.script() ? "PyTorch (TorchScript)" : "PyTorch");
    content.notes().forEach(draft::note);
    if (content.script()) {
      draft.note("the file is TorchScript: its weights were read, its code was not");
    }
    return fill(draft, content.tensors(), architecture);
  }

  /** Imports arrays that are named as in a state dictionary. */
  public static Draft fill(Draft draft, Tensors tensors, @Nullable JsonNode architecture) {
    if (architecture != null) {
      new ArchitectureMapping(draft, tensors).apply(architecture);
    } else {
      new TorchImport(draft, tensors).guess();
    }
    List<String> left =
        tensors.left().stream().filter(name -> !name.endsWith("num_batches_tracked")).toList();
    if (!left.isEmpty()) {
      throw draft
          .input()
          .refuse(
              formatted(
                  "%d of its arrays were not used, the first is %s; give the layers with --architecture, and list what is not needed under \"ignore\"",
                  left.size(), Printable.quoted(left.getFirst())));
    }
    return draft;
  }

  /** The modules in file order. */
  static Set<String> modules(Tensors tensors) {
    Set<String> modules = new LinkedHashSet<>();
    for (String name : tensors.names()) {
      int dot = name.lastIndexOf('.');
      modules.add(dot < 0 ? "" : name.substring(0, dot));
    }
    return modules;
  }

  private void guess() {
    ForeignTensor before = scale("in_scale", "input_scale");
    ForeignTensor after = scale("out_scale", "output_scale");
    int features = -1;
    boolean linearBefore = false;
    StringBuilder guess = new StringBuilder();
    for (String name : modules(tensors)) {
      TorchModule module = new TorchModule(tensors, name);
      TorchModule.Kind kind = module.kind();
      if (kind == TorchModule.Kind.UNKNOWN && isOnlyScales(name)) {
        continue;
      }
      boolean linear = false;
      switch (kind) {
        case RECURRENT -> {
          features = start(features, module.inputs(0), before, name);
          for (int layer = 0; layer < module.layers(); layer++) {
            require(module, features, module.inputs(layer));
            draft.add(module.recurrent(layer, NO_OPTIONS));
            features = module.outputs(layer);
          }
          guess.append(
              formatted(
                  ", %d x %s%s",
                  module.layers(),
                  module.cellName(0),
                  module.isBidirectional() ? " bidirectional" : ""));
          if (module.cellName(0).equals("rnn")) {
            draft.note(formatted("module '%s': tanh was guessed as its activation", name));
          }
        }
        case MATRIX -> {
          ForeignTensor weight = module.matrix();
          boolean embeds =
              !module.hasBias()
                  && features < 0
                  && (name.toLowerCase(Locale.ROOT).contains("emb") || modules(tensors).size() > 1);
          if (embeds) {
            draft.inputSize(0);
            draft.add(module.embedding(NO_OPTIONS));
            features = weight.size(1);
            guess.append(", embedding");
          } else {
            features = start(features, weight.size(1), before, name);
            require(module, features, weight.size(1));
            if (linearBefore) {
              draft.add(Piece.function(Nonlinearity.RELU));
              guess.append(", relu");
            }
            draft.add(module.linear(NO_OPTIONS));
            features = weight.size(0);
            linear = true;
            guess.append(", dense");
          }
        }
        case BATCH_NORM, LAYER_NORM -> {
          ForeignTensor weight = module.peek("weight");
          int size = weight == null ? 0 : weight.size(0);
          features = start(features, size, before, name);
          require(module, features, size);
          draft.add(
              kind == TorchModule.Kind.BATCH_NORM
                  ? module.batchNorm(EPSILON)
                  : module.layerNorm(Spec.of("guessed").with("epsilon", EPSILON)));
          guess.append(
              kind == TorchModule.Kind.BATCH_NORM
                  ? ", affine (batch norm, epsilon 1e-5)"
                  : ", layer-norm (epsilon 1e-5)");
          linear = linearBefore;
        }
        case CONVOLUTION ->
            throw module.refuse(
                "is a convolution, whose stride and padding a state dictionary does not contain; give the layers with --architecture");
        default ->
            throw module.refuse(
                formatted(
                    "holds %s, from which no layer can be guessed; give the layers with --architecture",
                    Printable.quoted(firstOf(name))));
      }
      linearBefore = linear;
    }
    if (features < 0) {
      throw draft.input().refuse("it has no supported modules");
    }
    if (after != null) {
      draft.add(scaling(after, features));
      guess.append(", affine (out_scale)");
    }
    draft.note(
        "guessed from names and shapes: "
            + (before == null ? "" : "affine (in_scale), ")
            + guess.substring(2)
            + "; every layer runs at every timestep, no activation follows the last one; --architecture replaces the guess");
  }

  private String firstOf(String module) {
    String prefix = module.isEmpty() ? "" : module + ".";
    return tensors.names().stream()
        .filter(name -> name.startsWith(prefix) && name.indexOf('.', prefix.length()) < 0)
        .map(name -> String.valueOf(tensors.peek(name)))
        .findFirst()
        .orElse(module);
  }

  private boolean isOnlyScales(String module) {
    String prefix = module.isEmpty() ? "" : module + ".";
    return tensors.left().stream()
        .noneMatch(name -> name.startsWith(prefix) && name.indexOf('.', prefix.length()) < 0);
  }

  private @Nullable ForeignTensor scale(String... names) {
    for (String name : names) {
      ForeignTensor found = tensors.optional(name);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** A factor: one number for all features, or one for each. */
  static Piece scaling(ForeignTensor factor, int features) {
    ForeignTensor scale =
        factor.values().length == 1
            ? Kernels.filled(factor.name(), features, factor.values()[0])
            : factor.reshaped(factor.values().length);
    return new Piece(
        Spec.of("affine"), Map.of("scale", scale, "shift", Kernels.filled("shift", features, 0)));
  }

  /** The number of features; before the first module, the number that the module reads. */
  private int start(int features, int reads, @Nullable ForeignTensor before, String module) {
    if (features >= 0) {
      return features;
    }
    draft.inputSize(reads);
    if (before != null) {
      if (before.values().length != 1 && before.values().length != reads) {
        throw draft
            .input()
            .refuse(
                formatted(
                    "its %s does not fit the %d inputs of module %s",
                    Printable.quoted(before), reads, Printable.quoted(module)));
      }
      draft.add(scaling(before, reads));
    }
    return reads;
  }

  private void require(TorchModule module, int features, int reads) {
    if (features != reads) {
      throw module.refuse(
          formatted(
              "reads %d features but the module before it in the file returns %d, so their order cannot be guessed; give the layers with --architecture",
              reads, features));
    }
  }
}
