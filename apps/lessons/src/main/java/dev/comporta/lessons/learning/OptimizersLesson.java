package dev.comporta.lessons.learning;

import dev.comporta.api.model.Spec;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.api.training.Optimizer;
import dev.comporta.lessons.figure.LineChart;
import dev.comporta.lessons.figure.Rows;
import dev.comporta.lessons.page.Lesson;
import dev.comporta.lessons.page.Page;
import dev.comporta.lessons.page.Setting;
import dev.comporta.lessons.play.Data;
import dev.comporta.lessons.play.JavaLines;
import dev.comporta.lessons.play.Net;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import dev.comporta.training.data.AddingProblem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Optimizers on a ravine, on a surface with a local minimum, and on one model. */
public final class OptimizersLesson implements Lesson {
  private static final int STEPS = 150;

  /** The settings of their papers; a rate of 0 is the optimizer's default. */
  private record Choice(String label, Spec spec, double surfaceRate, double modelRate) {}

  private static final List<Choice> CHOICES =
      List.of(
          new Choice("SGD", Spec.of("sgd"), 0.018, 0.05),
          new Choice("momentum", Spec.of("sgd").with("momentum", 0.9), 0.018, 0.05),
          new Choice(
              "Nesterov", Spec.of("sgd").with("momentum", 0.9).with("nesterov", true), 0.018, 0.05),
          new Choice("Adagrad", Spec.of("adagrad"), 0.3, 0.05),
          new Choice(
              "AdaDelta", Spec.of("adadelta").with("decay", 0.95).with("epsilon", 1e-6), 1, 1),
          new Choice("RMSProp", Spec.of("rmsprop").with("decay", 0.9), 0.03, 0.001),
          new Choice("Adam", Spec.of("adam"), 0.1, 0.01));

  @Override
  public String name() {
    return "optimizers";
  }

  @Override
  public void run(Setting setting, Page page) {
    page.equations(
        "w <- w - eta g",
        "v <- gamma v + eta g,  w <- w - v",
        "s <- s + g^2,  w <- w - {eta}/{sqrt(s) + epsilon} g",
        "s <- gamma s + (1 - gamma) g^2,  w <- w - {eta}/{sqrt(s) + epsilon} g",
        "m <- beta1 m + (1 - beta1) g,  v <- beta2 v + (1 - beta2) g^2,  w <- w - eta {m / (1 - beta1^t)}/{sqrt(v / (1 - beta2^t)) + epsilon}");
    page.text("settings");
    page.text("ravine").equations("f(w) = {1}/{2} (w1^2 + 50 w2^2)");
    UnaryOperator<Tensor> ravine = w -> w.square().times(weights(w, 0.5f, 25)).sum();
    LineChart paths = LineChart.of("w1", "w2");
    LineChart values = LineChart.log("@update", "f(w)");
    LineChart rates = LineChart.log("@update", "@effective");
    Rows table = Rows.of("@optimizer", "@ravineEnd", "@minimumEnd", "@modelEnd");
    double[][] ends = new double[CHOICES.size()][3];
    LineChart minima = LineChart.of("@update", "w1");
    for (int i = 0; i < CHOICES.size(); i++) {
      Choice choice = CHOICES.get(i);
      Walk walk = walk(choice, ravine, -1.5f, 0.6f);
      if (i < 4) {
        paths.add(choice.label(), Arrays.copyOf(walk.w1(), 60), Arrays.copyOf(walk.w2(), 60));
      }
      values.add(choice.label(), walk.f());
      if (i == 0 || i == 3 || i == 5) {
        double[] left = walk(choice, Tensor::sum, 0, 0).rate();
        rates.add(choice.label(), left);
        page.number(choice.label() + " rate", left);
      }
      Walk local = walk(choice, OptimizersLesson::minima, 1.9f, 0.5f);
      minima.add(choice.label(), local.w1());
      ends[i][0] = walk.f()[STEPS - 1];
      ends[i][1] = local.w1()[STEPS - 1];
    }
    page.figure("paths", paths).figure("values", values);
    page.text("slope").equations("f(w) = w1 + w2").figure("rates", rates);
    page.text("minima").equations("f(w) = (w1^2 - 1)^2 + 0.3 w1 + w2^2");
    page.figure("minimaFigure", minima);
    LineChart losses = LineChart.log("@update", "@error");
    for (int i = 0; i < CHOICES.size(); i++) {
      double[] curve = model(CHOICES.get(i), setting);
      losses.add(CHOICES.get(i).label(), Data.places(curve.length, 40), Data.smoothed(curve, 40));
      ends[i][2] = Data.mean(Arrays.copyOfRange(curve, curve.length * 9 / 10, curve.length));
      table.add(CHOICES.get(i).label(), ends[i][0], ends[i][1], ends[i][2]);
      page.number(CHOICES.get(i).label(), ends[i]);
    }
    page.text("model").code(java()).figure("losses", losses).table("ends", table);
    page.result(ends[0][0], ends[1][0], ends[3][0], ends[6][0], ends[0][1], ends[1][1]);
  }

  /** The Java lines that make each optimizer. */
  private static String java() {
    StringBuilder lines = new StringBuilder();
    CHOICES.forEach(choice ->
        lines
            .append("Optimizer ")
            .append(choice.label().toLowerCase(Locale.ROOT))
            .append(" = Catalog.load().optimizer(")
            .append(JavaLines.of(choice.spec()))
            .append(");\n"));
    return lines.toString();
  }

  private static Tensor weights(Tensor w, float first, float second) {
    return w.constant(Shape.of(1), first).concat(0, w.constant(Shape.of(1), second));
  }

  /** A local minimum near 0.96 and the global one near -1.04. */
  private static Tensor minima(Tensor w) {
    Tensor first = w.slice(0, 0, 1);
    Tensor second = w.slice(0, 1, 2);
    return first.square().plus(-1).square().plus(first.times(0.3f)).plus(second.square()).sum();
  }

  /** Where an optimizer goes; the rate is the change of w2 by its gradient. */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Walk(double[] w1, double[] w2, double[] f, double[] rate) {}

  private static Walk walk(Choice choice, UnaryOperator<Tensor> surface, float w1, float w2) {
    Optimizer optimizer = Net.CATALOG.optimizer(choice.spec());
    List<float[]> slots = new ArrayList<>();
    optimizer.slots().forEach(_ -> slots.add(new float[2]));
    double[] scalars = new double[optimizer.scalars().size()];
    Tape tape = new Tape(Net.CATALOG.backend("reference"), Workers.ALONE);
    float[] w = {w1, w2};
    double[][] seen = new double[4][STEPS];
    for (int step = 0; step < STEPS; step++) {
      float[] gradient = new float[2];
      tape.reset();
      tape.setRecording(true);
      TapeTensor variable = tape.variable(Shape.of(2), w, 0, gradient, 0);
      Tensor f = surface.apply(variable);
      seen[0][step] = w[0];
      seen[1][step] = w[1];
      seen[2][step] = f.toArray()[0];
      tape.backward(f);
      float before = w[1];
      optimizer.prepare(step + 1L, choice.surfaceRate(), scalars);
      optimizer.update(
          new Optimizer.Update(step + 1L, choice.surfaceRate(), w, gradient, slots, scalars, 0, 2));
      seen[3][step] = Math.abs((w[1] - before) / (double) gradient[1]);
    }
    return new Walk(seen[0], seen[1], seen[2], seen[3]);
  }

  private static double[] model(Choice choice, Setting setting) {
    Net net =
        Net.of(
            setting.random("net"), 2, Net.recurrent(Spec.of("gru"), 16), Net.last(), Net.dense(1));
    int steps = setting.steps(400);
    return net.train(
        new Net.Course("mse", choice.spec(), choice.modelRate(), 1, steps),
        new AddingProblem(setting.random("train"), 10, 32, steps));
  }
}
