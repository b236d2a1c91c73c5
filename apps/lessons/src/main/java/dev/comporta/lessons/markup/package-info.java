/**
 * Text as markup, for HTML, MathML and SVG.
 *
 * <p>Not here: pages and drawings.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.markup.Markup}.
 *
 * <p>To add one: a method that both a page and a drawing need.
 */
@NullMarked
package dev.comporta.lessons.markup;

import org.jspecify.annotations.NullMarked;
