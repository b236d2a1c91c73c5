package dev.comporta.inference;

/**
 * A label with its probability.
 *
 * @param name the label
 * @param probability from 0 to 1
 */
public record Label(String name, double probability) {}
