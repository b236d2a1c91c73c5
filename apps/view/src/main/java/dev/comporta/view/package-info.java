/**
 * Pages and images of what models do: files by their ending, PNG bytes, pages of HTML, and where a
 * model of captions looked. All of it is drawn from plain data.
 *
 * <p>Not here: where the data come from (the packages of the tasks).
 *
 * <p>Start reading at: {@link dev.comporta.view.PictureFile}.
 *
 * <p>To add a format: an ending in {@link dev.comporta.view.PictureFile} and what it holds.
 *
 * <p>Status: internal, because it serves our own pages.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package dev.comporta.view;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
