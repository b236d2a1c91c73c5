/** The task {@code multiplying} with its data. */
package example.plugin.task;
