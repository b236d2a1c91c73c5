package dev.comporta.tasks.job;

import dev.comporta.training.MemoryEstimate;
import org.apiguardian.api.API;

/**
 * Sizes from which the memory of a training follows before anything is built: recurrent layers of
 * one size between an input and an output layer.
 *
 * @param cell a cell's name
 * @param layers how many are recurrent
 * @param hidden H of each
 * @param inputs features of a timestep before the first recurrent layer
 * @param table rows of an embedding whose features these are, or 0
 * @param outputs features of the last layer
 */
@API(status = API.Status.EXPERIMENTAL)
public record StackMemory(
    String cell, int layers, int hidden, int inputs, double table, double outputs) {
  /**
   * The most matrices of H columns that a cell of the lectures has; others are taken to have as
   * many.
   */
  private static final int LSTM_GATES = 4;

  /**
   * Estimates the memory of training.
   *
   * @param timesteps of a chunk
   * @param batch rows
   * @param execution {@code plan} or {@code definition}
   * @param slots the optimizer's arrays for each parameter element
   * @return the estimate
   */
  public MemoryEstimate estimate(int timesteps, int batch, String execution, int slots) {
    double gates =
        switch (cell) {
          case "rnn", "irnn" -> 1;
          case "gru" -> 3;
          default -> LSTM_GATES;
        };
    double size = hidden;
    double features = inputs;
    double deeper = layers - 1.0;
    double parameters =
        table * features
            + gates * size * (features + size + 1)
            + deeper * gates * size * (2 * size + 1)
            + (size + 1) * outputs;
    // Values and gradients: input; gates, states and outputs of each layer; output.
    double timestep = 2 * features + layers * size * (2 * gates + 6) + 3 * outputs;
    double byDefinition = execution.equals("definition") ? 3 : 1;
    return new MemoryEstimate(
        parameters, slots, (double) timesteps * batch * timestep * byDefinition);
  }
}
