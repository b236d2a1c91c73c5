package dev.comporta.lessons.gated;

import dev.comporta.api.model.Spec;
import dev.comporta.lessons.figure.Boxes;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Net;
import dev.comporta.training.data.AddingProblem;
import java.util.Arrays;
import java.util.List;

/** The eight variants of the LSTM that Greff et al. compared, on one task with several seeds. */
public final class VariantsLesson implements Lesson {
  private static final List<String> VARIANTS =
      List.of("vanilla", "nig", "nfg", "nog", "niaf", "noaf", "np", "cifg", "fgr");
  private static final int T = 20;
  private static final int SEEDS = 5;

  @Override
  public String name() {
    return "variants";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.text("list");
    Rows list = Rows.of("@variant", "@what", "@parameters");
    double[] sizes = new double[VARIANTS.size()];
    int seeds = Math.min(SEEDS, setting.steps(SEEDS));
    double[][] errors = new double[VARIANTS.size()][seeds];
    for (int v = 0; v < VARIANTS.size(); v++) {
      Spec cell = Spec.of("lstm").with("variant", VARIANTS.get(v));
      for (int seed = 0; seed < seeds; seed++) {
        errors[v][seed] = error(cell, setting, seed);
      }
      int size = Net.of(setting.random("size"), 2, Net.recurrent(cell, 12)).size();
      list.add(VARIANTS.get(v), "@" + VARIANTS.get(v), size);
      sizes[v] = size;
      page.number(VARIANTS.get(v), errors[v]);
    }
    page.table("listTable", list).number("parameters", sizes);
    page.text("task", T, seeds);
    page.figure("box", new Boxes("@variant", "@error", VARIANTS, errors, true));
    page.text("reading", AddingProblem.GUESSING);
    page.code(net(Spec.of("lstm").with("variant", "cifg"), setting, 0).java());
    double[] medians =
        Arrays.stream(errors).mapToDouble(samples -> Boxes.quantile(samples, 0.5)).toArray();
    int best = 0;
    int worst = 0;
    for (int v = 1; v < medians.length; v++) {
      best = medians[v] < medians[best] ? v : best;
      worst = medians[v] > medians[worst] ? v : worst;
    }
    page.result(VARIANTS.get(best), medians[best], VARIANTS.get(worst), medians[worst], medians[0]);
  }

  private static Net net(Spec cell, Setting setting, int seed) {
    return Net.of(
        setting.random("net").stream(seed), 2, Net.recurrent(cell, 12), Net.last(), Net.dense(1));
  }

  private static double error(Spec cell, Setting setting, int seed) {
    Net net = net(cell, setting, seed);
    int steps = setting.steps(300);
    net.train(
        Net.Course.adam(0.02, steps).on("mse"),
        new AddingProblem(setting.random("train").stream(seed), T, 32, steps));
    return net.loss(new AddingProblem(setting.random("test"), T, 256, 1).batch(0, 0), "mse");
  }
}
