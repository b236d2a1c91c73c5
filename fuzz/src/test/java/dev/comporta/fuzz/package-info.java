/**
 * A fuzz target for each reader. A target is a class with {@code fuzzerTestOneInput(byte[])}, which
 * gives the bytes to a reader by {@link dev.comporta.fuzz.Property}. Start reading at {@link
 * dev.comporta.fuzz.FuzzTest}; to add a reader, write a target beside the others in {@link
 * dev.comporta.fuzz.Targets}, name it in that test and give it a seed in {@link
 * dev.comporta.fuzz.Seeds}.
 */
package dev.comporta.fuzz;
