package dev.comporta.testkit.backend;

import static dev.comporta.api.Formatting.formatted;
import static dev.comporta.testkit.backend.Samples.assertSameBits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.comporta.api.tensor.MatrixProduct;
import dev.comporta.api.tensor.PackedMatrix;
import dev.comporta.api.tensor.TensorBackend;
import dev.comporta.api.tensor.Workers;
import java.util.Arrays;
import java.util.function.ObjIntConsumer;

/**
 * The contract of a backend's matrix products for every shape, stride, offset and transposition:
 * the exact result within the error of a sum of k products, no other writes to C, and the same bits
 * for a single row and for any number of threads.
 */
final class ProductContract {
  private static final int[] ROWS = {0, 1, 2, 3, 5, 13, 14, 15, 29, 33};
  private static final int[] COLUMNS = {0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 65};
  private static final int[] DEPTHS = {0, 1, 2, 7, 16, 65, 130};

  /** Larger than the blocks of k, rows and columns of any backend. */
  private static final int[][] LARGE = {
    {1, 1021, 131}, {2, 523, 1031}, {3, 9, 2053}, {131, 37, 67}, {229, 65, 31}, {5, 4099, 17}
  };

  private static final float[] SPECIAL = {
    Float.POSITIVE_INFINITY, -0f, Float.MIN_VALUE, 1e-40f, 0f, Float.NEGATIVE_INFINITY, Float.NaN
  };

  private static final float[] TINY = {-0f, 0f, 1e-40f, -1e-30f, Float.MIN_NORMAL};

  private final TensorBackend backend;

  ProductContract(TensorBackend backend) {
    this.backend = backend;
  }

  /** How a product under test is computed. */
  private interface Multiplication {
    void run(Operands x, Start start, float[] c);
  }

  private enum Start {
    ZERO,
    OLD,
    BIAS
  }

  void multiply() {
    forAllShapes((x, start, c) -> general(x, start, c, Workers.ALONE), Start.ZERO, Start.OLD);
    everyRowAlone();
    threads();
  }

  void multiplyPacked() {
    forAllShapes(this::viaPacked, Start.values());
    everyPackedRowAlone();
    leftOperandsUsedAgain();
    packedOnThreads();
  }

  void packed() {
    for (int k : new int[] {0, 1, 17}) {
      for (int n : new int[] {0, 1, 33}) {
        PackedMatrix matrix = backend.packed(k, n);
        assertThat(matrix.k()).isEqualTo(k);
        assertThat(matrix.n()).isEqualTo(n);
        float[] a = new float[Math.max(1, k)];
        Arrays.fill(a, 3);
        float[] c = new float[n + 1];
        backend.multiplyPacked(false, false, 1, a, 0, k, matrix, null, 0, false, c, 0, n);
        assertThat(c).as("products with [%d, %d] before packing", k, n).containsOnly(0f);
      }
    }
  }

  /**
   * The capacity must suffice for every value, with at most a few wide vectors of padding per row.
   */
  void packedCapacity() {
    for (int k : new int[] {0, 1, 17, 1021}) {
      for (int n : new int[] {0, 1, 33, 1021}) {
        assertThat(backend.packedCapacity(k, n))
            .as("floats of a packed [%d, %d]", k, n)
            .isBetween((long) k * n, k * (n + 64L));
      }
    }
  }

  /** The capacity must suffice for a part of the packed operand or all of it, and not more. */
  void productCapacity() {
    forAllCapacities((p, threads) ->
        assertThat(backend.productCapacity(p, threads))
            .as("floats to pack the right operand of %s in, on %d threads", p, threads)
            .isBetween(
                0L,
                p.n() == 1 // the transposed product may be computed
                    ? Math.max(
                        backend.packedCapacity(p.k(), p.m()), backend.packedCapacity(p.k(), 1))
                    : backend.packedCapacity(p.k(), p.n())));
  }

  /** Each thread may pack a part of each operand, or all of it, with some padding. */
  void threadCapacity() {
    forAllCapacities((p, threads) ->
        assertThat(backend.threadCapacity(p, threads))
            .as("floats that the threads pack the operands of %s in, on %d threads", p, threads)
            .isBetween(0L, threads * (p.k() + 1L) * (p.m() + p.n() + 128)));
  }

  private static void forAllCapacities(ObjIntConsumer<MatrixProduct> check) {
    for (int m : new int[] {0, 1, 17, 1021}) {
      for (int k : new int[] {0, 1, 17, 1021, 4099}) {
        for (int n : new int[] {0, 1, 33, 1021}) {
          for (int threads = 1; threads <= 4; threads++) {
            for (boolean transposeA : new boolean[] {false, true}) {
              for (boolean transposeB : new boolean[] {false, true}) {
                check.accept(MatrixProduct.dense(m, n, k, transposeA, transposeB, false), threads);
              }
            }
          }
        }
      }
    }
  }

  /** Repacking replaces all values, and the matrix is a copy. */
  void pack() {
    for (boolean transposed : new boolean[] {false, true}) {
      Operands first = new Operands(false, transposed, 3, 33, 19, 1);
      Operands second = new Operands(false, transposed, 3, 33, 19, 2);
      PackedMatrix matrix = backend.packed(19, 33);
      backend.pack(matrix, transposed, first.b, first.bo, first.ldb);
      backend.pack(matrix, transposed, second.b, second.bo, second.ldb);
      Operands kept = new Operands(false, transposed, 3, 33, 19, 2);
      Arrays.fill(second.b, Float.NaN);
      float[] c = kept.c();
      backend.multiplyPacked(
          false, false, 3, kept.a, kept.ao, kept.lda, matrix, null, 0, false, c, kept.co, kept.ldc);
      kept.check(Start.ZERO, c);
    }
  }

  /**
   * The bits of products are those of a matrix that was packed in the usual way, also for values
   * that fit less memory: of bfloat16, and of int8 with a scale for each column.
   */
  void packFrozen() {
    int k = 513;
    int n = 525; // large enough to be worth another form
    for (boolean transposed : new boolean[] {false, true}) {
      for (int bits : new int[] {Float.SIZE, 16, 8}) {
        for (int m : new int[] {1, 2, 3, 17}) {
          Operands x = new Operands(m % 2 == 0, transposed, m, n, k, bits);
          x.store(bits);
          PackedMatrix usual = pack(x);
          PackedMatrix frozen = backend.packFrozen(k, n, transposed, x.b, x.bo, x.ldb);
          assertThat(frozen.k()).isEqualTo(k);
          assertThat(frozen.n()).isEqualTo(n);
          for (Start start : Start.values()) {
            float[] expected = x.c();
            multiplyPacked(x, usual, start, false, expected);
            float[] c = x.c();
            multiplyPacked(x, frozen, start, false, c);
            String how =
                formatted("%d bits, %d rows, %s, transposed %s", bits, m, start, transposed);
            assertSameBits(expected, c, () -> how);
          }
        }
      }
    }
  }

  private void general(Operands x, Start start, float[] c, Workers workers) {
    MatrixProduct product =
        new MatrixProduct(
            x.m, x.n, x.k, x.transposedA, x.transposedB, x.lda, x.ldb, x.ldc, start == Start.OLD);
    backend.multiply(product, x.a, x.ao, x.b, x.bo, c, x.co, workers);
  }

  private void viaPacked(Operands x, Start start, float[] c) {
    multiplyPacked(x, pack(x), start, false, c);
  }

  private PackedMatrix pack(Operands x) {
    PackedMatrix matrix = backend.packed(x.k, x.n);
    backend.pack(matrix, x.transposedB, x.b, x.bo, x.ldb);
    return matrix;
  }

  private void multiplyPacked(
      Operands x, PackedMatrix matrix, Start start, boolean sameLeft, float[] c) {
    packed(x, x, matrix, start, sameLeft, c, Workers.ALONE);
  }

  private void forAllShapes(Multiplication multiplication, Start... starts) {
    int shape = 0;
    for (int m : ROWS) {
      for (int n : COLUMNS) {
        for (int k : DEPTHS) {
          int which = shape++;
          Operands x = new Operands((which & 1) != 0, (which & 2) != 0, m, n, k, which);
          check(multiplication, x, starts[which % starts.length]);
        }
      }
    }
    for (int[] s : LARGE) {
      for (int transpositions = 0; transpositions < 4; transpositions++) {
        Operands x =
            new Operands((transpositions & 1) != 0, (transpositions & 2) != 0, s[0], s[1], s[2], 3);
        for (Start start : starts) {
          check(multiplication, x, start);
        }
      }
    }
    for (int m : new int[] {1, 2, 3, 15}) {
      for (int transpositions = 0; transpositions < 4; transpositions++) {
        for (float[] values : new float[][] {SPECIAL, TINY}) {
          Operands x =
              new Operands((transpositions & 1) != 0, (transpositions & 2) != 0, m, 37, 23, 4);
          x.scatter(values);
          for (Start start : starts) {
            check(multiplication, x, start);
          }
        }
      }
    }
  }

  private static void check(Multiplication multiplication, Operands x, Start start) {
    float[] c = x.c();
    multiplication.run(x, start, c);
    x.check(start, c);
  }

  private void everyRowAlone() {
    for (int transpositions = 0; transpositions < 4; transpositions++) {
      Operands x =
          new Operands((transpositions & 1) != 0, (transpositions & 2) != 0, 31, 67, 300, 5);
      float[] batch = x.c();
      general(x, Start.OLD, batch, Workers.ALONE);
      for (int row = 0; row < x.m; row++) {
        float[] alone = x.c();
        MatrixProduct product =
            new MatrixProduct(1, x.n, x.k, x.transposedA, x.transposedB, x.lda, x.ldb, x.ldc, true);
        int ao = x.ao + row * (x.transposedA ? 1 : x.lda);
        backend.multiply(product, x.a, ao, x.b, x.bo, alone, x.co + row * x.ldc, Workers.ALONE);
        assertRow(x, row, batch, alone);
      }
    }
  }

  private void everyPackedRowAlone() {
    for (boolean transposed : new boolean[] {false, true}) {
      Operands x = new Operands(transposed, true, 31, 67, 300, 6);
      PackedMatrix matrix = pack(x);
      float[] batch = x.c();
      multiplyPacked(x, matrix, Start.BIAS, false, batch);
      for (int row = 0; row < x.m; row++) {
        float[] alone = x.c();
        int ao = x.ao + row * (transposed ? 1 : x.lda);
        int co = x.co + row * x.ldc;
        backend.multiplyPacked(
            transposed, false, 1, x.a, ao, x.lda, matrix, x.bias, 2, false, alone, co, x.ldc);
        assertRow(x, row, batch, alone);
      }
    }
  }

  /** Threads that share a product do not change the bits, nor those of the next one alone. */
  private void packedOnThreads() {
    for (boolean transposed : new boolean[] {false, true}) {
      for (int m : new int[] {0, 1, 2, 3, 31, 131}) {
        Operands x = new Operands(transposed, true, m, 1021, 523, 13);
        Operands few = new Operands(transposed, true, m, 19, 523, 13);
        Operands stranger = new Operands(transposed, true, m, 19, 523, 14);
        PackedMatrix large = pack(x);
        PackedMatrix small = pack(few);
        for (Start start : Start.values()) {
          float[] alone = x.c();
          float[] next = few.c();
          packed(x, x, large, start, false, alone, Workers.ALONE);
          packed(x, few, small, start, false, next, Workers.ALONE);
          for (int threads = 1; threads <= 3; threads++) {
            float[] shared = x.c();
            float[] after = few.c();
            packed(stranger, few, small, Start.ZERO, false, few.c(), Workers.ALONE);
            try (Threads workers = new Threads(threads)) {
              packed(x, x, large, start, false, shared, workers);
            }
            packed(x, few, small, start, true, after, Workers.ALONE);
            int count = threads;
            assertSameBits(alone, shared, () -> x + formatted(" on %d threads", count));
            assertSameBits(next, after, () -> x + formatted(" after %d threads", count));
          }
        }
      }
    }
  }

  /** The left operand of one product with the packed right operand and the result of another. */
  private void packed(
      Operands left,
      Operands other,
      PackedMatrix matrix,
      Start start,
      boolean sameLeft,
      float[] c,
      Workers workers) {
    backend.multiplyPacked(
        left.transposedA,
        sameLeft,
        left.m,
        left.a,
        left.ao,
        left.lda,
        matrix,
        start == Start.BIAS ? other.bias : null,
        start == Start.BIAS ? 2 : 0,
        start == Start.OLD,
        c,
        other.co,
        other.ldc,
        workers);
  }

  /** Regardless of interleaved calls of other methods and of the right operand. */
  private void leftOperandsUsedAgain() {
    for (boolean transposed : new boolean[] {false, true}) {
      for (int m : new int[] {1, 2, 3, 31, 113}) {
        for (int k : new int[] {1, 17, 1025}) {
          Operands x = new Operands(transposed, false, m, 19, k, 8);
          PackedMatrix matrix = pack(x);
          float[] expected = x.c();
          multiplyPacked(x, matrix, Start.ZERO, false, expected);
          for (int otherColumns : new int[] {0, 17}) {
            Operands stranger = new Operands(transposed, false, m, 5, k, 12);
            multiplyPacked(stranger, pack(stranger), Start.ZERO, false, stranger.c());
            Operands other = new Operands(transposed, false, m, otherColumns, k, 8);
            float[] ignored = other.c();
            backend.multiplyPacked(
                transposed,
                false,
                m,
                x.a,
                x.ao,
                x.lda,
                pack(other),
                null,
                0,
                false,
                ignored,
                other.co,
                other.ldc);
            Operands between = new Operands(false, false, 5, 6, 7, 9);
            general(between, Start.ZERO, between.c(), Workers.ALONE);
            float[] c = x.c();
            multiplyPacked(x, matrix, Start.ZERO, true, c);
            assertSameBits(expected, c, () -> x + " with the left operand of the last call");
          }
        }
      }
    }
  }

  private static void assertRow(Operands x, int row, float[] batch, float[] alone) {
    for (int j = 0; j < x.n; j++) {
      int at = x.co + row * x.ldc + j;
      int column = j;
      assertSameBits(
          batch[at], alone[at], () -> x + formatted(", row %d alone, column %d", row, column));
    }
  }

  /** Large enough to be divided among threads. */
  private void threads() {
    for (int transpositions = 0; transpositions < 4; transpositions++) {
      for (int[] s : new int[][] {{67, 131, 101}, {1, 2053, 263}, {521, 9, 131}}) {
        Operands x =
            new Operands((transpositions & 1) != 0, (transpositions & 2) != 0, s[0], s[1], s[2], 7);
        float[] alone = x.c();
        general(x, Start.OLD, alone, Workers.ALONE);
        for (int threads = 1; threads <= 3; threads++) {
          float[] shared = x.c();
          try (Threads workers = new Threads(threads)) {
            general(x, Start.OLD, shared, workers);
          }
          int count = threads;
          assertSameBits(alone, shared, () -> x + formatted(" on %d threads", count));
        }
      }
    }
  }

  /** One product: operands inside larger arrays of NaN, with gaps between rows. */
  private static final class Operands {
    private final boolean transposedA;
    private final boolean transposedB;
    private final int m;
    private final int n;
    private final int k;
    private final int lda;
    private final int ldb;
    private final int ldc;
    private final int ao = 3;
    private final int bo = 5;
    private final int co = 7;
    private final float[] a;
    private final float[] b;

    /** Starts at 2. */
    private final float[] bias;

    private final float[] old;

    Operands(boolean transposedA, boolean transposedB, int m, int n, int k, int seed) {
      this.transposedA = transposedA;
      this.transposedB = transposedB;
      this.m = m;
      this.n = n;
      this.k = k;
      lda = (transposedA ? m : k) + seed % 4;
      ldb = (transposedB ? k : n) + seed / 4 % 3;
      ldc = n + seed / 2 % 5;
      a = Matrices.inside(ao, transposedA ? k : m, transposedA ? m : k, lda, seed);
      b = Matrices.inside(bo, transposedB ? n : k, transposedB ? k : n, ldb, seed + 1);
      bias = Matrices.inside(2, 1, n, n, seed + 2);
      old = Matrices.inside(co, m, n, ldc, seed + 3);
    }

    /** Scatters special values over both operands. */
    void scatter(float[] values) {
      for (int i = 0; i < m * k; i += 7) {
        a[ao + (transposedA ? i % k * lda + i / k : i / k * lda + i % k)] =
            values[i / 7 % values.length];
      }
      for (int i = 0; i < k * n; i += 11) {
        b[bo + (transposedB ? i % n * ldb + i / n : i / n * ldb + i % n)] =
            values[i / 11 % values.length];
      }
    }

    /** Rounds the right operand to what a model file keeps in so many bits. */
    void store(int bits) {
      for (int j = 0; j < n && bits != Float.SIZE; j++) {
        float largest = 0;
        for (int p = 0; p < k; p++) {
          largest = Math.max(largest, Math.abs(b[right(p, j)]));
        }
        float scale = largest / 127;
        for (int p = 0; p < k; p++) {
          float value = b[right(p, j)];
          b[right(p, j)] =
              bits == 8
                  ? Math.round(value / scale) * scale
                  : Float.intBitsToFloat(Float.floatToIntBits(value) & 0xffff_0000);
        }
      }
    }

    private int right(int p, int j) {
      return bo + (transposedB ? j * ldb + p : p * ldb + j);
    }

    float[] c() {
      return old.clone();
    }

    void check(Start start, float[] c) {
      float[] untouched = c.clone();
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          int at = co + i * ldc + j;
          double exact =
              switch (start) {
                case ZERO -> 0;
                case OLD -> old[at];
                case BIAS -> bias[2 + j];
              };
          double magnitude = Math.abs(exact);
          for (int p = 0; p < k; p++) {
            double left = a[ao + (transposedA ? p * lda + i : i * lda + p)];
            double right = b[right(p, j)];
            exact += left * right;
            magnitude += Math.abs(left * right);
          }
          boolean right =
              Double.isFinite(exact)
                  ? Math.abs(c[at] - exact) <= Tolerance.sum(k + 1, magnitude)
                  : Float.compare(c[at], (float) exact) == 0;
          if (!right) {
            fail("%s from %s, C[%d, %d]: expected %s but got %s", this, start, i, j, exact, c[at]);
          }
          untouched[at] = old[at];
        }
      }
      assertSameBits(old, untouched, () -> this + ", beside C");
    }

    @Override
    public String toString() {
      return formatted(
          "%s %s, m %d, n %d, k %d", transposedA ? "A^T" : "A", transposedB ? "B^T" : "B", m, n, k);
    }
  }
}
