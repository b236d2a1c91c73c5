package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.model.Spec;

/** Reference implementations of every optimizer for one number in double, from the papers. */
final class Scalar {
  private final OptionReader options;
  private double p;
  private double m;
  private double v;
  private double w;
  private double product = 1;

  private Scalar(Spec spec, double start) {
    this.options = spec.reader();
    this.p = start;
  }

  static double path(Spec spec, double start, float[][] gradients, int index) {
    Scalar scalar = new Scalar(spec, start);
    for (int t = 1; t <= gradients.length; t++) {
      scalar.step(t, gradients[t - 1][index]);
    }
    return scalar.p;
  }

  private double get(String option, double otherwise) {
    return options.real(option, otherwise, -1e9, 1e9);
  }

  private void step(int t, double gradient) {
    double decay = get("weight-decay", options.name().equals("adamw") ? 0.01 : 0);
    boolean decoupled = options.name().equals("adamw") || options.flag("decoupled", false);
    double g = gradient + (decoupled ? 0 : decay * p);
    double rate = get("learning-rate", rate());
    if (decoupled) {
      p -= rate * decay * p;
    }
    p -= rate * direction(t, g);
  }

  private double rate() {
    return switch (options.name()) {
      case "sgd", "adagrad" -> 0.01;
      case "adadelta" -> 1;
      case "nadam", "adamax" -> 0.002;
      default -> 0.001;
    };
  }

  private double direction(int t, double g) {
    return switch (options.name()) {
      case "sgd" -> sgd(t, g);
      case "adagrad" -> adagrad(t, g);
      case "adadelta" -> adadelta(g);
      case "rmsprop" -> rmsprop(g);
      default -> adam(t, g);
    };
  }

  private double sgd(int t, double g) {
    double momentum = get("momentum", 0);
    v = t == 1 ? g : momentum * v + (1 - get("dampening", 0)) * g;
    return v;
  }

  private double adagrad(int t, double g) {
    v = (t == 1 ? get("initial", 0) : v) + g * g;
    return g / (Math.sqrt(v) + get("epsilon", 1e-10)) / (1 + (t - 1) * get("rate-decay", 0));
  }

  private double adadelta(double g) {
    double rho = get("decay", 0.9);
    double epsilon = get("epsilon", 1e-6);
    v = rho * v + (1 - rho) * g * g;
    double d = Math.sqrt(w + epsilon) / Math.sqrt(v + epsilon) * g;
    w = rho * w + (1 - rho) * d * d;
    return d;
  }

  private double rmsprop(double g) {
    double rho = get("decay", 0.9);
    v = rho * v + (1 - rho) * g * g;
    m = rho * m + (1 - rho) * g;
    double variance = options.flag("centered", false) ? v - m * m : v;
    w = get("momentum", 0) * w + g / (Math.sqrt(variance) + get("epsilon", 1e-8));
    return w;
  }

  private double adam(int t, double g) {
    double beta1 = get("beta1", 0.9);
    double beta2 = get("beta2", 0.999);
    double epsilon = get("epsilon", 1e-8);
    m = beta1 * m + (1 - beta1) * g;
    double mHat = m / (1 - Math.pow(beta1, t));
    if (options.name().equals("adamax")) {
      w = Math.max(beta2 * w, Math.abs(g) + epsilon);
      return mHat / w;
    }
    v = beta2 * v + (1 - beta2) * g * g;
    w = Math.max(w, v);
    boolean amsgrad = options.name().equals("amsgrad") || options.flag("amsgrad", false);
    double corrected = (amsgrad ? w : v) / (1 - Math.pow(beta2, t));
    double root = Math.sqrt(corrected) + epsilon;
    return switch (options.name()) {
      case "nadam" -> nadam(t, g, beta1) / root;
      case "radam" -> radam(t, mHat, beta2, corrected);
      default -> mHat / root;
    };
  }

  private double nadam(int t, double g, double beta1) {
    double psi = get("momentum-decay", 0.004);
    double now = beta1 * (1 - 0.5 * Math.pow(0.96, t * psi));
    double next = beta1 * (1 - 0.5 * Math.pow(0.96, (t + 1) * psi));
    product *= now;
    return next * m / (1 - product * next) + (1 - now) * g / (1 - product);
  }

  private double radam(int t, double mHat, double beta2, double corrected) {
    double infinite = 2 / (1 - beta2) - 1;
    double rho = infinite - 2 * t * Math.pow(beta2, t) / (1 - Math.pow(beta2, t));
    if (rho <= 5) {
      return mHat;
    }
    double r =
        Math.sqrt((rho - 4) * (rho - 2) * infinite / ((infinite - 4) * (infinite - 2) * rho));
    return r * mHat / Math.sqrt(corrected);
  }
}
