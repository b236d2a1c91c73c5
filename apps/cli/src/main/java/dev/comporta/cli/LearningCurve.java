package dev.comporta.cli;

import dev.comporta.training.TrainingEvent;
import dev.comporta.training.TrainingListener;
import dev.comporta.view.CurvePicture;
import dev.comporta.view.CurvePicture.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the losses of a training run for a picture. A point of a long run is the mean of several
 * updates.
 */
final class LearningCurve implements TrainingListener {
  /** A picture has no room for more points. */
  static final int MOST = 1000;

  private final List<Point> training = new ArrayList<>();
  private final List<Point> validation = new ArrayList<>();

  /** Updates in each point, in the sums, and the sums of the newest ones. */
  private int updates = 1;

  private int summed;
  private double steps;
  private double losses;

  @Override
  public void on(TrainingEvent event) {
    switch (event) {
      case TrainingEvent.Stepped at when Double.isFinite(at.loss()) && at.count() > 0 -> {
        steps += at.step();
        losses += at.loss();
        summed++;
        if (summed == updates) {
          training.add(new Point(steps / summed, losses / summed));
          steps = 0;
          losses = 0;
          summed = 0;
          if (training.size() == MOST) {
            halve(training);
            updates *= 2;
          }
        }
      }
      case TrainingEvent.Validated at when Double.isFinite(at.loss()) -> {
        validation.add(new Point(at.step(), at.loss()));
        if (validation.size() == MOST) {
          halve(validation);
        }
      }
      default -> {
        // Other events have no loss.
      }
    }
  }

  private static void halve(List<Point> points) {
    for (int i = 0; i < points.size() / 2; i++) {
      Point one = points.get(2 * i);
      Point two = points.get(2 * i + 1);
      points.set(i, new Point((one.step() + two.step()) / 2, (one.loss() + two.loss()) / 2));
    }
    points.subList(points.size() / 2, points.size()).clear();
  }

  List<Point> training() {
    return List.copyOf(training);
  }

  /** Writes the picture; a training without an update has none. */
  void write(Path file, String name) {
    if (!training.isEmpty()) {
      CurvePicture.write(file, name, training, validation);
    }
  }
}
