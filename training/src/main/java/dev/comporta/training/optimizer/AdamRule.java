package dev.comporta.training.optimizer;

import dev.comporta.api.model.OptionReader;
import dev.comporta.api.training.Optimizer;
import java.util.List;

/**
 * The update rule of {@link Adam}, {@link AmsGrad} and {@link AdamW}.
 *
 * <pre>
 *   g = gradient + weightDecay * p                (decoupled: p = p - learningRate * weightDecay * p)
 *   m = beta1 * m + (1 - beta1) * g
 *   v = beta2 * v + (1 - beta2) * g^2
 *   w = v                                         (AMSGrad: w = max(w, v))
 *   p = p - learningRate / (1 - beta1^t) * m / (sqrt(w / (1 - beta2^t)) + epsilon)
 * </pre>
 */
record AdamRule(
    double defaultLearningRate,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decoupled,
    boolean amsgrad)
    implements Optimizer {

  static AdamRule of(OptionReader options, double weightDecay, boolean decoupled, boolean amsgrad) {
    return new AdamRule(
        Settings.learningRate(options, 0.001),
        Settings.decay(options, "beta1", 0.9),
        Settings.decay(options, "beta2", 0.999),
        Settings.epsilon(options, 1e-8),
        Settings.weightDecay(options, weightDecay),
        decoupled,
        amsgrad);
  }

  @Override
  public List<String> slots() {
    return amsgrad ? List.of("m", "v", "largest-v") : List.of("m", "v");
  }

  @Override
  public void update(Update update) {
    if (amsgrad) {
      withLargest(update, update.slots().get(2));
    } else {
      plain(update);
    }
  }

  private float rate(Update update) {
    return (float) (update.learningRate() / (1 - Settings.power(beta1, update.step())));
  }

  private float rootScale(Update update) {
    return (float) (1 / Math.sqrt(1 - Settings.power(beta2, update.step())));
  }

  private float shrink(Update update) {
    return decoupled ? (float) (1 - update.learningRate() * weightDecay) : 1;
  }

  private void plain(Update update) {
    float[] p = update.values();
    float[] gradients = update.gradients();
    float[] m = update.slots().get(0);
    float[] v = update.slots().get(1);
    float rate = rate(update);
    float rootScale = rootScale(update);
    float shrink = shrink(update);
    float l2 = decoupled ? 0 : (float) weightDecay;
    float keep1 = (float) beta1;
    float take1 = (float) (1 - beta1);
    float keep2 = (float) beta2;
    float take2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    for (int i = update.from(); i < update.to(); i++) {
      float g = gradients[i] + l2 * p[i];
      float first = keep1 * m[i] + take1 * g;
      float second = keep2 * v[i] + take2 * (g * g);
      m[i] = first;
      v[i] = second;
      p[i] = shrink * p[i] - rate * first / ((float) Math.sqrt(second) * rootScale + eps);
    }
  }

  private void withLargest(Update update, float[] w) {
    float[] p = update.values();
    float[] gradients = update.gradients();
    float[] m = update.slots().get(0);
    float[] v = update.slots().get(1);
    float rate = rate(update);
    float rootScale = rootScale(update);
    float shrink = shrink(update);
    float l2 = decoupled ? 0 : (float) weightDecay;
    float keep1 = (float) beta1;
    float take1 = (float) (1 - beta1);
    float keep2 = (float) beta2;
    float take2 = (float) (1 - beta2);
    float eps = (float) epsilon;
    for (int i = update.from(); i < update.to(); i++) {
      float g = gradients[i] + l2 * p[i];
      float first = keep1 * m[i] + take1 * g;
      float second = keep2 * v[i] + take2 * (g * g);
      float largest = Math.max(w[i], second);
      m[i] = first;
      v[i] = second;
      w[i] = largest;
      p[i] = shrink * p[i] - rate * first / ((float) Math.sqrt(largest) * rootScale + eps);
    }
  }
}
