package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
  private static final int[] STEP = {1, 0, 15, 16, 17, 1000, 70_000, 3, 40_000, 200_000, 5, 65_536};

  private record Piece(float[] array, int offset, int count) {}

  private static List<Piece> take(Workspace workspace, int... counts) {
    List<Piece> pieces = new ArrayList<>();
    for (int count : counts) {
      int offset = workspace.take(count);
      pieces.add(new Piece(workspace.array(), offset, count));
    }
    return pieces;
  }

  @Test
  void piecesAreAlignedInsideAndApart() {
    List<Piece> pieces = take(new Workspace(), STEP);
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      assertThat((piece.offset() - Workspace.FIRST) % 16).isZero();
      assertThat(piece.offset() + piece.count() + 16)
          .as("a vector from the tail of %s", piece.count())
          .isLessThanOrEqualTo(piece.array().length);
      for (int j = piece.offset(); j < piece.offset() + piece.count(); j++) {
        assertThat(piece.array()[j]).as("taken twice").isZero();
        piece.array()[j] = i + 1;
      }
    }
  }

  @Test
  void aStepReusesTheMemoryOfThePreviousStep() {
    Workspace workspace = new Workspace();
    List<Piece> first = take(workspace, STEP);
    long capacity = workspace.capacity();
    for (int step = 0; step < 5; step++) {
      workspace.reset();
      List<Piece> again = take(workspace, STEP);
      for (int i = 0; i < first.size(); i++) {
        assertThat(again.get(i).array()).isSameAs(first.get(i).array());
        assertThat(again.get(i).offset()).isEqualTo(first.get(i).offset());
      }
      assertThat(workspace.capacity()).isEqualTo(capacity);
    }
  }

  @Test
  void alternatingStepsStopGrowing() {
    Workspace workspace = new Workspace();
    int[] reversed = new int[STEP.length];
    for (int i = 0; i < STEP.length; i++) {
      reversed[i] = STEP[STEP.length - 1 - i];
    }
    long capacity = 0;
    for (int step = 0; step < 6; step++) {
      workspace.reset();
      take(workspace, step % 2 == 0 ? STEP : reversed);
      if (step < 2) {
        capacity = workspace.capacity();
      }
    }
    assertThat(workspace.capacity()).isEqualTo(capacity);
  }

  @Test
  void thePeakIsTheLargestUse() {
    Workspace workspace = new Workspace();
    take(workspace, 16, 32);
    workspace.reset();
    take(workspace, 16);
    assertThat(workspace.peak()).isEqualTo(48);
    take(workspace, 1, 32);
    assertThat(workspace.peak()).isEqualTo(64);
  }
}
