package dev.comporta.exchange.layers;

/**
 * One input of a model of another tool.
 *
 * @param name its name there
 * @param from its first feature in what our model reads
 * @param to the feature after its last one
 * @param ids whether it is ids; they are a feature if the model has other inputs, too
 * @param vector whether it has no time axis; it is then repeated at every timestep
 * @param source whether the encoder reads it
 */
public record InputPart(
    String name, int from, int to, boolean ids, boolean vector, boolean source) {}
