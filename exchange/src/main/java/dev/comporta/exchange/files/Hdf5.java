package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.object.datatype.FixedPoint;
import io.jhdf.object.datatype.FloatingPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HDF5 file in memory, read by jHDF. Whatever jHDF throws for a damaged file becomes an error
 * that blames the file, links are not followed, and a dataset is read only if its size is plausible
 * for the length of the file.
 */
public final class Hdf5 implements AutoCloseable {
  private static final int MOST_AXES = 8;

  /** Parts of the names of missing filter classes: their libraries are left out on purpose. */
  private static final List<String> FILTERS =
      List.of("net/jpountz", "com/ning", "io.jhdf.filter", "io/jhdf/filter");

  private final Input input;
  private final HdfFile file;

  private Hdf5(Input input, HdfFile file) {
    this.input = input;
    this.file = file;
  }

  /** Whether the file begins with the signature of HDF5. */
  public static boolean is(Input input) {
    return input.begins(0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n');
  }

  /** Opens the bytes of a file. */
  public static Hdf5 open(Input input) {
    return new Hdf5(
        input, guarded(input, "its HDF5 header", () -> HdfFile.fromBytes(input.bytes())));
  }

  /** Runs the library and turns its exceptions into ours. */
  private static <T> T guarded(Input input, String what, Supplier<T> work) {
    try {
      return work.get();
    } catch (ComportaException e) {
      throw e;
    } catch (RuntimeException e) {
      throw input.refuse(
          formatted("%s cannot be read as HDF5: %s", what, Printable.quoted(e.getMessage())), e);
    } catch (StackOverflowError e) {
      throw input.refuse(formatted("%s contains itself", what), e);
    } catch (NoClassDefFoundError e) {
      if (FILTERS.stream().noneMatch(String.valueOf(e.getMessage())::contains)) {
        throw e; // a jar is missing, which is not the fault of the file
      }
      throw input.refuse(formatted("%s has a compression that is not supported", what), e);
    }
  }

  /** The names in a group; none if there is no such group. */
  public List<String> children(String path) {
    return guarded(
        input,
        "group " + Printable.quoted(path),
        () ->
            node(path) instanceof Group group
                ? new ArrayList<>(group.getChildren().keySet())
                : List.of());
  }

  /** Whether there is a group or a dataset at a path. */
  public boolean has(String path) {
    return guarded(input, "group " + Printable.quoted(path), () -> node(path) != null);
  }

  /** Whether there is a dataset at a path. */
  public boolean isData(String path) {
    return guarded(input, "group " + Printable.quoted(path), () -> node(path) instanceof Dataset);
  }

  private @Nullable Node node(String path) {
    Node node = file;
    for (String part : path.split("/", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      if (!(node instanceof Group group)) {
        return null;
      }
      Node child = group.getChildren().get(part);
      if (child == null) {
        return null;
      }
      if (child.isLink()) {
        throw input.refuse(
            "its HDF5 has a link " + Printable.quoted(path) + ", which is not followed");
      }
      node = child;
    }
    return node;
  }

  /** The text of an attribute; null if there is none. */
  public @Nullable String text(String path, String attribute) {
    List<String> texts = texts(path, attribute);
    return texts == null || texts.isEmpty() ? null : texts.getFirst();
  }

  /** The texts of an attribute; null if there is none. */
  public @Nullable List<String> texts(String path, String attribute) {
    return guarded(
        input,
        "attribute " + Printable.quoted(attribute),
        () -> {
          Node node = node(path);
          Attribute found = node == null ? null : node.getAttributes().get(attribute);
          if (found == null) {
            return null;
          }
          if (found.isEmpty() || found.getSize() == 0) {
            return List.of();
          }
          requireRoom("attribute " + attribute, found.getSizeInBytes());
          return switch (found.getData()) {
            case String text -> List.of(text);
            case String[] texts -> List.of(texts);
            case double[] numbers when numbers.length == 0 -> List.of(); // how h5py stores []
            case Object other ->
                throw input.refuse(
                    formatted(
                        "expected text in attribute %s but got %s",
                        Printable.quoted(attribute), other.getClass().getSimpleName()));
          };
        });
  }

  private void requireRoom(String what, long bytes) {
    if (bytes < 0 || bytes > 8L * input.bytes().length) {
      throw input.refuse(
          formatted(
              "%s claims %d bytes, too many for a file of %d bytes",
              Printable.quoted(what), bytes, input.bytes().length));
    }
  }

  /** The dataset at a path, which must exist. */
  public ForeignTensor data(String path) {
    return guarded(
        input,
        "dataset " + Printable.quoted(path),
        () -> {
          if (!(node(path) instanceof Dataset dataset)) {
            throw input.refuse(
                "expected a dataset " + Printable.quoted(path) + " but there is none");
          }
          int[] sizes = dataset.getDimensions();
          long count = ForeignTensor.count(sizes);
          if (sizes.length > MOST_AXES || count < 0) {
            throw input.refuse("the shape of dataset " + Printable.quoted(path) + " is too large");
          }
          if (!(dataset.getDataType() instanceof FloatingPoint
              || dataset.getDataType() instanceof FixedPoint)) {
            throw input.refuse("dataset " + Printable.quoted(path) + " does not hold numbers");
          }
          requireRoom(path, Math.max(count, dataset.getSizeInBytes()));
          if (count == 0) {
            return new ForeignTensor(path, sizes, new float[0]);
          }
          return new ForeignTensor(
              path,
              sizes,
              floats(path, dataset.isScalar() ? dataset.getData() : dataset.getDataFlat()));
        });
  }

  private float[] floats(String path, Object data) {
    return switch (data) {
      case float[] values -> values;
      case double[] values -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values[i];
        }
        yield floats;
      }
      case int[] values -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = values[i];
        }
        yield floats;
      }
      case long[] values -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values[i];
        }
        yield floats;
      }
      case byte[] values -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = values[i];
        }
        yield floats;
      }
      case Number number -> new float[] {number.floatValue()};
      default ->
          throw input.refuse(
              formatted(
                  "dataset %s has elements of type %s",
                  Printable.quoted(path), data.getClass().getSimpleName()));
    };
  }

  @Override
  public void close() {
    file.close();
  }
}
