/**
 * A lesson's page: texts in four languages, equations, tables and figures, as plain text, HTML or
 * JSON.
 *
 * <p>Not here: the drawing of figures.
 *
 * <p>Start reading at: {@link dev.comporta.lessons.page.Page}.
 *
 * <p>To add one: a kind of {@code Block} and its lines in {@code PlainText}, {@code HtmlPage} and
 * {@code PageObject}.
 */
@NullMarked
package dev.comporta.lessons.page;

import org.jspecify.annotations.NullMarked;
