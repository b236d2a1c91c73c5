/**
 * Models on Apache Spark: {@link dev.comporta.spark.Comporta} scores the rows of a {@code Dataset},
 * registers functions of SQL, runs a session for each key of a stream of events, and trains.
 *
 * <p>Not here: what a model answers (module inference), what is trained (the tasks) and how
 * trainers divide an update ({@code Distribution} of module training).
 *
 * <p>Start reading at: {@link dev.comporta.spark.Comporta}, then {@code Scorer}, which says what a
 * model reads and answers, {@code SessionProcessor}, which keeps the sessions of a stream, and
 * {@code BarrierTask}, which trains with {@code Mesh}.
 *
 * <p>To add a kind of answer: a method in {@code Scorers}, which names the columns, the type of the
 * answer and how several rows are answered together.
 *
 * <p>Status: experimental, because it is new.
 */
@API(status = API.Status.EXPERIMENTAL)
@NullMarked
package dev.comporta.spark;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
