package dev.comporta.lessons.gated;

import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.Net;
import dev.comporta.training.data.AddingProblem;
import java.util.Set;

/** The adding problem with long sequences, which a simple recurrent network does not learn. */
public final class LongLagLesson implements Lesson {
  private static final int ROWS = 32;

  @Override
  public String name() {
    return "long-lag";
  }

  @Override
  public Set<String> options() {
    return Set.of("long");
  }

  @Override
  public void run(Setting setting, Page page) {
    int timesteps = setting.option("long") == null ? 200 : 1000;
    int steps = setting.steps(700);
    page.text("task", timesteps);
    LineChart curves = LineChart.log("@update", "@error");
    Rows table = Rows.of("@cell", "@before", "@after");
    double[] after = new double[3];
    Spec[] cells = {
      Spec.of("rnn"),
      Spec.of("gru").with("chrono", timesteps),
      Spec.of("lstm").with("chrono", timesteps)
    };
    AddingProblem test = new AddingProblem(setting.random("test"), timesteps, 256, 1);
    for (int i = 0; i < cells.length; i++) {
      Net net =
          Net.of(setting.random("net"), 2, Net.recurrent(cells[i], 24), Net.last(), Net.dense(1));
      double before = net.loss(test.batch(0, 0), "mse");
      double[] losses =
          net.train(
              Net.Course.adam(0.01, steps).on("mse"),
              new AddingProblem(setting.random("train"), timesteps, ROWS, steps));
      after[i] = net.loss(test.batch(0, 0), "mse");
      curves.add(cells[i].name(), Data.places(steps, 50), Data.smoothed(losses, 50));
      table.add(cells[i].name(), before, after[i]);
      page.number(cells[i].name(), after[i]);
      if (i == 2) {
        page.code(net.java());
      }
    }
    page.figure("curvesFigure", curves).table("errors", table);
    page.text("start").number("guessing", AddingProblem.GUESSING);
    page.result(timesteps, after[0], after[1], after[2], AddingProblem.GUESSING);
  }
}
