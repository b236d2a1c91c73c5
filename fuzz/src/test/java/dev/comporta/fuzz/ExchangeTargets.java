package dev.comporta.fuzz;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import dev.comporta.exchange.Importer;
import dev.comporta.onnx.NumpyFiles;
import dev.comporta.onnx.OnnxModel;
import dev.comporta.onnx.OnnxStream;
import java.util.List;

/** One target for each format of another tool; all of them read whatever the bytes turn into. */
public final class ExchangeTargets {
  private static final Importer IMPORTER = new Importer(Catalog.load(), "fuzz");

  private ExchangeTargets() {}

  private static void read(byte[] input) {
    Property.holds(input, file -> IMPORTER.read(List.of(file), null));
  }

  /** PyTorch's archives. */
  public static final class TorchZipTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      read(input);
    }
  }

  /** PyTorch's older format: pickles in sequence. */
  public static final class TorchLegacyTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      read(input);
    }
  }

  /** HDF5 files of Keras. */
  public static final class KerasTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      read(input);
    }
  }

  /** Archives of Deeplearning4j. */
  public static final class Dl4jTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      read(input);
    }
  }

  /** Archives of NumPy. */
  public static final class NumpyTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      read(input);
    }
  }

  /** Models in JSON. */
  public static final class ModelJsonTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      read(input);
    }
  }

  /** Inputs of ONNX graphs. */
  public static final class OnnxInputTarget {
    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(input, NumpyFiles::read);
    }
  }

  /** ONNX graphs: loaded, described, and matched with our layers. */
  public static final class OnnxTarget {
    private static final TensorBackend BACKEND = Catalog.load().preferredBackend(reason -> {});

    /** One input. */
    public static void fuzzerTestOneInput(byte[] input) {
      Property.holds(
          input,
          file -> {
            OnnxModel model = OnnxModel.load(file, BACKEND, Workers.ALONE);
            OnnxStream.statesOf(model);
            model.chain();
          });
    }
  }
}
