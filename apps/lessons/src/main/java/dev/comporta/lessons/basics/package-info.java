/**
 * The recurrent layer, dynamical systems, and networks with weights set by hand.
 *
 * <p>Not here: backpropagation.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.basics.NeuronLesson}.
 *
 * <p>To add one: see {@link dev.comporta.lessons.Lessons}.
 */
@NullMarked
package dev.comporta.lessons.basics;

import org.jspecify.annotations.NullMarked;
