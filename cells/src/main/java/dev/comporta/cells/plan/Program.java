package dev.comporta.cells.plan;

import java.util.List;

/**
 * What a task does at every timestep.
 *
 * @param regions in order
 */
record Program(List<Region> regions) {
  /**
   * Floats of one operand that a piece of a tile has: several operands of a region fit the
   * first-level cache together.
   */
  private static final int PIECE = 1024;

  /**
   * Instructions that run over the same rows.
   *
   * @param instructions in order
   * @param products whether they are products, which take the whole tile, or element-wise, which
   *     run piece by piece
   * @param width the widest operand
   */
  record Region(List<Instruction> instructions, boolean products, int width) {
    int pieceRows(int tileRows) {
      return products ? tileRows : Math.max(1, Math.min(tileRows, PIECE / Math.max(1, width)));
    }
  }

  /** The most rows that a piece of a tile has. */
  int mostPieceRows(int tileRows) {
    int most = 1;
    for (Region region : regions) {
      if (!region.products()) {
        most = Math.max(most, region.pieceRows(tileRows));
      }
    }
    return most;
  }

  /** The right operands of all products, each once. */
  List<Plane.Block> blocks() {
    return regions.stream()
        .flatMap(region -> region.instructions().stream())
        .filter(Instruction.Products.class::isInstance)
        .flatMap(products -> ((Instruction.Products) products).right().stream())
        .distinct()
        .toList();
  }

  /** Computes rows {@code [row, row + rows)} of the cursor's timestep. */
  void run(Cursor cursor, int row, int rows) {
    for (int i = 0; i < regions.size(); i++) {
      Region region = regions.get(i);
      List<Instruction> instructions = region.instructions();
      int piece = region.pieceRows(rows);
      for (int at = row; at < row + rows; at += piece) {
        int count = Math.min(piece, row + rows - at);
        cursor.piece(at);
        for (int j = 0; j < instructions.size(); j++) {
          instructions.get(j).run(cursor, at, count);
        }
      }
    }
  }
}
