/** The loss {@code log-cosh}. */
package example.plugin.loss;
