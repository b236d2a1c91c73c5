package dev.comporta.training.initializer;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.ParameterSpec;
import dev.comporta.api.tensor.RandomSource;
import dev.comporta.api.training.Initializer;
import dev.comporta.api.training.InitializerProvider;

/**
 * {@code orthogonal}: a random matrix with orthonormal columns, or orthonormal rows if it has fewer
 * rows than columns, uniformly distributed over all such matrices: the Q of the QR decomposition of
 * a Gaussian matrix, with signs chosen so that the diagonal of R is positive (Mezzadri 2007).
 * Options: {@code gain} (default 1), {@code blocks}, the number of blocks along the last axis, one
 * per gate, each of which is orthogonal (default 1). Source: Saxe et al. 2014.
 */
public final class Orthogonal implements InitializerProvider {
  @Override
  public String name() {
    return "orthogonal";
  }

  @Override
  public String description() {
    return "orthonormal rows or columns in each block (Saxe et al. 2014)";
  }

  @Override
  public Initializer create(OptionReader options) {
    double gain = options.positive("gain", 1);
    Blocks blocks = Blocks.of(options, "blocks", 1);
    return (spec, values, offset, random) -> {
      Blocks.Part part = blocks.matrix(spec);
      for (int block = 0; block < blocks.count(); block++) {
        int start = offset + block * part.columns();
        fill(spec, part, values, start, random.stream(block), gain);
      }
    };
  }

  private static void fill(
      ParameterSpec spec,
      Blocks.Part part,
      float[] values,
      int start,
      RandomSource random,
      double gain) {
    boolean tall = part.rows() >= part.columns();
    int vectors = Math.min(part.rows(), part.columns());
    int length = Math.max(part.rows(), part.columns());
    double[][] q = new double[vectors][length];
    for (int v = 0; v < vectors; v++) {
      for (int i = 0; i < length; i++) {
        q[v][i] = random.normal((long) v * length + i);
      }
      orthonormalise(spec, q, v);
      for (int i = 0; i < length; i++) {
        int row = tall ? i : v;
        int column = tall ? v : i;
        values[start + row * part.stride() + column] = (float) (gain * q[v][i]);
      }
    }
  }

  /**
   * One Gram-Schmidt step, done twice to reduce rounding errors; the norm is the entry on R's
   * diagonal.
   */
  private static void orthonormalise(ParameterSpec spec, double[][] q, int v) {
    for (int pass = 0; pass < 2; pass++) {
      for (int u = 0; u < v; u++) {
        subtract(q[v], q[u], dot(q[v], q[u]));
      }
    }
    double norm = Math.sqrt(dot(q[v], q[v]));
    if (!(norm > 0)) {
      throw new InvalidOptionException(
          formatted(
              "[orthogonal] the random matrix of parameter '%s' is singular; use another seed",
              spec.name()));
    }
    for (int i = 0; i < q[v].length; i++) {
      q[v][i] /= norm;
    }
  }

  private static double dot(double[] a, double[] b) {
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i + 1 < a.length; i += 2) {
      even += a[i] * b[i];
      odd += a[i + 1] * b[i + 1];
    }
    return i < a.length ? even + odd + a[i] * b[i] : even + odd;
  }

  private static void subtract(double[] a, double[] b, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] -= factor * b[i];
    }
  }
}
