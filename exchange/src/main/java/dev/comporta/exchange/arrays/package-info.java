/**
 * Models stored as named arrays without a description: NumPy archives and TensorFlow's raw arrays.
 *
 * <p>Not here: reading the arrays (package files).
 *
 * <p>Start reading at: {@link dev.comporta.exchange.arrays.ArrayImport}.
 *
 * <p>To add one: a method in ArrayImport.
 */
@NullMarked
package dev.comporta.exchange.arrays;

import org.jspecify.annotations.NullMarked;
