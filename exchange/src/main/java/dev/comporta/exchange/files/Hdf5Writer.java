package dev.comporta.exchange.files;

import dev.comporta.serialization.NamedTensor;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes arrays as an HDF5 file by jHDF: contiguous and without filters, as Keras does. */
public final class Hdf5Writer {
  private Hdf5Writer() {}

  /** A group with groups and arrays inside. */
  private static final class Group {
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, NamedTensor> arrays = new LinkedHashMap<>();

    Group inside(String path) {
      Group group = this;
      for (String part : path.split("/", -1)) {
        group = group.groups.computeIfAbsent(part, _ -> new Group());
      }
      return group;
    }

    void write(WritableGroup to) {
      groups.forEach((name, group) -> group.write(to.putGroup(name)));
      arrays.forEach(
          (name, array) -> to.putDataset(name, nested(array.values(), 0, array.shape().sizes())));
    }
  }

  /**
   * Writes a file.
   *
   * @param arrays of each group, by its path such as {@code layers/dense/vars}; they get their
   *     places in the list as names. No list is empty: jHDF 0.9.4 damages a file in which an empty
   *     group follows the last array, and it chooses the order itself
   * @param to takes the bytes of the file
   */
  public static void write(Map<String, List<NamedTensor>> arrays, OutputStream to)
      throws IOException {
    Group root = new Group();
    arrays.forEach((path, list) -> {
      Group group = root.inside(path);
      for (int n = 0; n < list.size(); n++) {
        group.arrays.put(String.valueOf(n), list.get(n));
      }
    });
    Path file = Files.createTempFile("comporta-", ".h5"); // jHDF writes to files only
    try {
      try (WritableHdfFile hdf = HdfFile.write(file)) {
        root.write(hdf);
      }
      Files.copy(file, to);
    } finally {
      Files.delete(file);
    }
  }

  /** An array as arrays of arrays, from which jHDF takes the shape. */
  private static Object nested(float[] values, int from, int[] sizes) {
    int rest = Arrays.stream(sizes).skip(1).reduce(1, Math::multiplyExact);
    if (sizes.length == 1) {
      return Arrays.copyOfRange(values, from, from + sizes[0]);
    }
    int[] inner = Arrays.copyOfRange(sizes, 1, sizes.length);
    Object array = Array.newInstance(float.class, sizes);
    for (int i = 0; i < sizes[0]; i++) {
      Array.set(array, i, nested(values, from + i * rest, inner));
    }
    return array;
  }
}
