package dev.comporta.benchmarks.peers.dl4j;

import dev.comporta.benchmarks.peers.Loss;
import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A training step with {@code fit}. Deeplearning4j clips per layer, because it has no global-norm
 * clipping, and sums its loss over timesteps; the result is divided by T to give the mean, as in
 * the other libraries.
 */
final class Dl4jTraining implements Run {

  private static final double LEARNING_RATE = 0.001;

  private final MultiLayerNetwork network;
  private final INDArray features;
  private final INDArray labels;
  private final int timesteps;

  Dl4jTraining(Problem problem, Workload.Training w) {
    timesteps = w.timesteps();
    network = network(w);
    for (int layer = 0; layer < w.layers(); layer++) {
      Dl4jArrays.setLstm(network, layer, w.hidden(), problem);
    }
    Dl4jArrays.setOutput(network, w.layers(), problem);
    features = Dl4jArrays.sequence(problem.inputs(), timesteps, w.batch(), w.input());
    float[] targets =
        w.loss() == Loss.CROSS_ENTROPY
            ? Dl4jArrays.oneHot(problem.targets(), w.outputs())
            : problem.targets();
    labels = Dl4jArrays.sequence(targets, timesteps, w.batch(), w.outputs());
  }

  private static MultiLayerNetwork network(Workload.Training w) {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(LEARNING_RATE))
            .gradientNormalization(GradientNormalization.ClipL2PerLayer)
            .gradientNormalizationThreshold(1)
            .list();
    for (int layer = 0; layer < w.layers(); layer++) {
      layers.layer(
          new LSTM.Builder()
              .nIn(layer == 0 ? w.input() : w.hidden())
              .nOut(w.hidden())
              .activation(Activation.TANH)
              .gateActivationFunction(Activation.SIGMOID)
              .build());
    }
    boolean classes = w.loss() == Loss.CROSS_ENTROPY;
    layers.layer(
        new RnnOutputLayer.Builder(classes ? LossFunction.MCXENT : LossFunction.MSE)
            .nIn(w.hidden())
            .nOut(w.outputs())
            .activation(classes ? Activation.SOFTMAX : Activation.IDENTITY)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  @Override
  public void execute() {
    network.fit(features, labels);
  }

  @Override
  public float[] result() {
    return new float[] {(float) (network.score() / timesteps)};
  }

  @Override
  public void close() {
    network.close();
    features.close();
    labels.close();
  }
}
