package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.TILE_ROWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Compares the bits of every product with a scalar chain of fused multiply-adds. */
@Tag("lanes")
class GemmTest {
  private static final int[] ROWS = {
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 23, 27, 28, 29, 31, 32, 33, 43
  };
  private static final int[] COLUMNS = {
    0,
    1,
    LENGTH - 1,
    LENGTH,
    LENGTH + 1,
    PANEL - 1,
    PANEL,
    PANEL + 1,
    2 * PANEL,
    3 * PANEL - 1,
    4 * PANEL + 1,
    5 * PANEL,
    7 * PANEL + 3,
    131
  };
  private static final int[] DEPTHS = {0, 1, 2, 3, 17, 64};

  private final GemmScratch scratch = new GemmScratch();

  @Test
  void packedProductsAreChainsForEveryShape() {
    for (int m : ROWS) {
      for (int n : COLUMNS) {
        for (int k : DEPTHS) {
          int transpositions = (m + n + k) % 4;
          checkPacked(
              new Product(
                  (transpositions & 1) != 0, (transpositions & 2) != 0, m, n, k, m * 31L + n));
        }
      }
    }
  }

  @Test
  void generalProductsAreChainsForEveryShapeAndTransposition() {
    for (int m : ROWS) {
      for (int n : COLUMNS) {
        for (int k : DEPTHS) {
          int transpositions = (m + n + k) % 4;
          checkGeneral(
              new Product(
                  (transpositions & 1) != 0, (transpositions & 2) != 0, m, n, k, m + n + k));
        }
      }
    }
  }

  @Test
  void blocksContinueTheChain() {
    int[][] shapes = {
      {Gemm.ROW_BLOCK, 5, Gemm.K_BLOCK},
      {Gemm.ROW_BLOCK + 1, PANEL, Gemm.K_BLOCK + 1},
      {2 * Gemm.ROW_BLOCK + 3, 3, 2 * Gemm.K_BLOCK + 7},
      {TILE_ROWS + 1, 1021, 131},
      {25, 9 * PANEL + 5, 260},
      {37, 8 * PANEL, 515},
      {65, 9 * PANEL + 1, 131},
      {131, 4 * PANEL, 517},
      {3, 1031, Gemm.K_BLOCK + 3},
      {1, 4099, 331},
      {2, 4099, 331},
    };
    for (int[] s : shapes) {
      checkPacked(new Product(false, false, s[0], s[1], s[2], 1));
      checkPacked(new Product(true, true, s[0], s[1], s[2], 1));
      for (int transpositions = 0; transpositions < 4; transpositions++) {
        boolean transposedA = (transpositions & 1) != 0;
        boolean transposedB = (transpositions & 2) != 0;
        checkGeneral(new Product(transposedA, transposedB, s[0], s[1], s[2], 2));
      }
    }
  }

  @Test
  void infinitiesNansZerosAndSubnormalsFollowTheChain() {
    float[] special = {
      Float.POSITIVE_INFINITY,
      -0f,
      Float.MIN_VALUE,
      1e-40f,
      Float.MAX_VALUE,
      0f,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    for (int m : new int[] {1, 2, 3, 8, TILE_ROWS, 29}) {
      for (int n : new int[] {1, PANEL, PANEL + 5}) {
        checkPacked(new Product(false, false, m, n, 23, 4).withSpecialValues(special));
        checkGeneral(new Product(true, true, m, n, 23, 5).withSpecialValues(special));
        checkGeneral(new Product(false, false, m, n, 23, 6).withSpecialValues(-0f, 0f, 1e-40f));
      }
    }
  }

  @Test
  void aRowHasTheSameBitsAloneAndInABatch() {
    int n = 3 * PANEL + 2;
    Product batch = new Product(false, false, 33, n, 300, 7);
    PanelMatrix b = batch.packedB();
    packed(batch, b, false, false);
    float[] alone = new float[n];
    for (int row = 0; row < batch.m; row++) {
      Gemm.packed(
          false,
          false,
          1,
          batch.a,
          batch.ao + row * batch.lda,
          batch.lda,
          b,
          null,
          0,
          false,
          alone,
          0,
          n,
          scratch);
      for (int j = 0; j < n; j++) {
        assertThat(alone[j]).isEqualTo(batch.c[batch.co + row * batch.ldc + j]);
      }
    }
  }

  @Test
  void repackingReplacesTheValues() {
    Product first = new Product(false, false, 4, PANEL + 3, 19, 8);
    Product second = new Product(false, true, 4, PANEL + 3, 19, 9);
    PanelMatrix b = first.packedB();
    b.repack(true, second.b, second.bo, second.ldb);
    packed(second, b, false, false);
    second.assertPlain();
  }

  @Test
  void biasTogetherWithAccumulationIsRejected() {
    Product product = new Product(false, false, 2, 3, 4, 10);
    assertThatThrownBy(() -> packed(product, product.packedB(), true, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "[gemm] expected a bias or accumulation but got both. Add the bias to C first.");
  }

  @Test
  void negativeSizesAreRejected() {
    assertThatThrownBy(() -> new PanelMatrix(3, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("[gemm.pack] expected sizes of at least 0 but got [k 3, n -1]");
  }

  private void checkPacked(Product product) {
    PanelMatrix b = product.packedB();
    packed(product, b, false, false);
    product.assertPlain();
    product.reset();
    packed(product, b, true, false);
    product.assertBiased();
    product.reset();
    packed(product, b, false, true);
    product.assertAccumulated();
  }

  private void checkGeneral(Product product) {
    general(product, false);
    product.assertPlain();
    product.reset();
    general(product, true);
    product.assertAccumulated();
  }

  private void packed(Product x, PanelMatrix b, boolean biased, boolean accumulate) {
    Gemm.packed(
        x.transposedA,
        false,
        x.m,
        x.a,
        x.ao,
        x.lda,
        b,
        biased ? x.bias : null,
        biased ? x.biasOffset : 0,
        accumulate,
        x.c,
        x.co,
        x.ldc,
        scratch);
  }

  private void general(Product x, boolean accumulate) {
    Gemm.general(
        x.transposedA,
        x.transposedB,
        x.m,
        x.n,
        x.k,
        x.a,
        x.ao,
        x.lda,
        x.b,
        x.bo,
        x.ldb,
        accumulate,
        x.c,
        x.co,
        x.ldc,
        scratch);
  }
}
