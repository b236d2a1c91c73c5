/** The cells {@code fast-grnn} and {@code chaos-free}, written in tensor operations. */
package example.plugin.cell;
