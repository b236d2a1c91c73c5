package dev.comporta.tensor.simd;

import static dev.comporta.tensor.simd.Lanes.LENGTH;
import static dev.comporta.tensor.simd.Lanes.PANEL;
import static dev.comporta.tensor.simd.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;

/**
 * Copies operands into the order in which the tiles read them: k-major strips, {@code to[p * width
 * + i]}. A strip of the left operand holds as many rows as its tile, a strip of the right operand
 * one panel of columns. The source has one of two orders, so two copy methods serve both operands:
 * one for adjacent strip elements ({@link #along}) and one for adjacent k ({@link #across}).
 *
 * <p>Whole vectors are stored even if a strip is narrower: values that spill into the next k are
 * overwritten when that k is packed. {@code to} therefore needs {@link #SLACK} floats after the
 * last element, whose values are lost, and strips are packed in ascending order. A panel never
 * spills.
 */
final class Packing {
  /** Floats after a narrow strip that may be overwritten. */
  static final int SLACK = LENGTH;

  /**
   * Adjacent panels that are packed together: a kilobyte of each row, so that the processor fetches
   * the rows ahead. One panel at a time takes five times as long when rows lie a page apart.
   */
  private static final int SIDE_BY_SIDE = 8;

  /** Rows that are packed together. */
  private static final int ROWS = 8;

  private Packing() {}

  /** Packs whole adjacent panels of a right operand that is not transposed. */
  static void panels(int k, int panels, float[] from, int fo, int ld, float[] to, int too) {
    for (int first = 0; first < panels; first += SIDE_BY_SIDE) {
      int end = Math.min(panels, first + SIDE_BY_SIDE);
      for (int row = 0; row < k; row += ROWS) {
        int rows = Math.min(ROWS, k - row);
        for (int panel = first; panel < end; panel++) {
          int at = too + (panel * k + row) * PANEL;
          int source = fo + row * ld + panel * PANEL;
          for (int p = 0; p < rows; p++) {
            FloatVector.fromArray(SPECIES, from, source).intoArray(to, at);
            FloatVector.fromArray(SPECIES, from, source + LENGTH).intoArray(to, at + LENGTH);
            source += ld;
            at += PANEL;
          }
        }
      }
    }
  }

  /**
   * {@code to[p * width + i] = from[p * ld + i]} for i below {@code used}; the remaining elements
   * up to {@code width} are undefined. For an untransposed right operand and a transposed left one.
   */
  static void along(int k, int used, int width, float[] from, int fo, int ld, float[] to, int too) {
    int readable = from.length - Math.max(width, LENGTH);
    int last = Math.max(0, width - LENGTH);
    int p = 0;
    for (; p < k && fo <= readable; p++) {
      for (int i = 0; i < last; i += LENGTH) {
        FloatVector.fromArray(SPECIES, from, fo + i).intoArray(to, too + i);
      }
      FloatVector.fromArray(SPECIES, from, fo + last).intoArray(to, too + last);
      fo += ld;
      too += width;
    }
    for (; p < k; p++) {
      System.arraycopy(from, fo, to, too, used);
      fo += ld;
      too += width;
    }
  }

  /**
   * {@code to[p * width + i] = from[i * ld + p]} for i below {@code used}; the remaining elements
   * up to {@code width} are undefined. For a transposed right operand and an untransposed left one.
   */
  static void across(
      int k, int used, int width, float[] from, int fo, int ld, float[] to, int too) {
    int p = 0;
    if (LENGTH == 8 || LENGTH == 16) {
      p = k - k % LENGTH;
      int last = Math.max(0, width - LENGTH);
      for (int i = 0; i < Math.min(last, used); i += LENGTH) {
        transpose(p, used - i, width, from, fo + i * ld, ld, to, too + i);
      }
      if (last < used) {
        transpose(p, used - last, width, from, fo + last * ld, ld, to, too + last);
      }
    }
    for (; p < k; p++) {
      for (int i = 0; i < used; i++) {
        to[too + p * width + i] = from[fo + i * ld + p];
      }
    }
  }

  private static void transpose(
      int k, int used, int width, float[] from, int fo, int ld, float[] to, int too) {
    if (LENGTH == 8) {
      Transpose8.strip(k, used, width, from, fo, ld, to, too);
    } else {
      Transpose16.strip(k, used, width, from, fo, ld, to, too);
    }
  }

  /**
   * Interleaves the even or the odd blocks of two vectors: for a b c d and A B C D in blocks of 1
   * lane, the even blocks give a A c C and the odd ones b B d D.
   */
  static FloatVector exchange(int lanes, int odd) {
    float[] index = new float[LENGTH];
    for (int lane = 0; lane < LENGTH; lane++) {
      int second = lane / lanes % 2;
      index[lane] = lane + (odd - second) * lanes + second * LENGTH;
    }
    return FloatVector.fromArray(SPECIES, index, 0);
  }
}
