package dev.comporta.exchange;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.ProviderOrigin;
import dev.comporta.serialization.ModelFile;
import dev.comporta.serialization.ModelFormat;
import java.nio.file.Path;
import java.util.List;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** The formats that {@link Importer} reads, for whatever loads models. */
@API(status = API.Status.EXPERIMENTAL)
public final class ToolFormats implements ModelFormat {
  /** Called by the service loader. */
  public ToolFormats() {}

  @Override
  public String name() {
    return "other-tools";
  }

  @Override
  public String description() {
    return "Models of Keras, PyTorch, Deeplearning4j, NumPy, TensorFlow and ONNX";
  }

  @Override
  public boolean recognises(Path file) {
    return Importer.recognises(file);
  }

  @Override
  public ModelFile read(Path file, @Nullable Path architecture, Catalog catalog) {
    String version = ProviderOrigin.of(this).version();
    return new Importer(catalog, version == null ? "unknown" : version)
        .read(List.of(file), architecture)
        .file();
  }
}
