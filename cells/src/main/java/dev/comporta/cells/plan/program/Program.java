package dev.comporta.cells.plan.program;

import java.util.ArrayList;
import java.util.List;

/**
 * The program of a task at every timestep.
 *
 * @param regions the regions, in order
 */
public record Program(List<Region> regions) {
  /**
   * The floats per operand in a block of a tile, so that several operands of a region fit into the
   * L1 cache.
   */
  private static final int PIECE = 1024;

  /**
   * Instructions that run over the same rows.
   *
   * @param instructions the instructions, in order
   * @param products true for products, which process the whole tile; false for element-wise
   *     instructions, which run block by block
   * @param width the width of the widest operand
   */
  public record Region(List<Instruction> instructions, boolean products, int width) {
    int pieceRows(int tileRows) {
      return products ? tileRows : Math.max(1, Math.min(tileRows, PIECE / Math.max(1, width)));
    }
  }

  /** The maximum number of rows in a block of a tile. */
  public int mostPieceRows(int tileRows) {
    int most = 1;
    for (Region region : regions) {
      if (!region.products()) {
        most = Math.max(most, region.pieceRows(tileRows));
      }
    }
    return most;
  }

  /** The right operands of all products, without duplicates. */
  public List<Block> blocks() {
    return regions.stream()
        .flatMap(region -> region.instructions().stream())
        .flatMap(instruction -> instruction.blocks().stream())
        .distinct()
        .toList();
  }

  /** The instructions that need memory of their own for each cursor. */
  public List<Instruction.Framed> framed() {
    List<Instruction.Framed> framed = new ArrayList<>();
    for (Region region : regions) {
      for (Instruction instruction : region.instructions()) {
        if (instruction instanceof Instruction.Framed it) {
          framed.add(it);
        }
      }
    }
    return framed;
  }

  /** Computes rows {@code [row, row + rows)} of the cursor's timestep. */
  public void run(Cursor cursor, int row, int rows) {
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

  /** All instructions with their places for row 0 of a cursor that stays where it is. */
  public Instruction.Resolved[] resolve(Cursor cursor) {
    return regions.stream()
        .flatMap(region -> region.instructions().stream())
        .map(instruction -> instruction.resolve(cursor))
        .toArray(Instruction.Resolved[]::new);
  }
}
