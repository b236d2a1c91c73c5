/** The optimizer {@code lion}, with a slot that checkpoints keep. */
package example.plugin.optimizer;
