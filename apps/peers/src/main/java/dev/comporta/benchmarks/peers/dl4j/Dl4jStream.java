package dev.comporta.benchmarks.peers.dl4j;

import dev.comporta.benchmarks.peers.Problem;
import dev.comporta.benchmarks.peers.Run;
import dev.comporta.benchmarks.peers.Workload;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Streaming with {@code rnnTimeStep}, which keeps the state in the network. */
final class Dl4jStream implements Run {

  private final MultiLayerNetwork network;
  private final INDArray input;
  private INDArray latest;

  Dl4jStream(Problem problem, Workload.Inference w) {
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new LSTM.Builder()
                        .nIn(w.input())
                        .nOut(w.hidden())
                        .activation(Activation.TANH)
                        .gateActivationFunction(Activation.SIGMOID)
                        .build())
                .build());
    network.init();
    Dl4jArrays.setLstm(network, 0, w.hidden(), problem);
    input = Nd4j.createFromArray(problem.inputs()).reshape(w.batch(), w.input());
    latest = Nd4j.zeros(w.batch(), w.hidden());
  }

  @Override
  public void execute() {
    latest = network.rnnTimeStep(input);
  }

  @Override
  public float[] result() {
    return latest.dup('c').data().asFloat();
  }

  @Override
  public void close() {
    network.close();
    input.close();
  }
}
