package dev.comporta.lessons.page;

import java.util.Set;

/** A worked example: it computes, and puts what it computed on a page. */
public interface Lesson {
  /**
   * The name on the command line, which is also the prefix of its texts.
   *
   * @return lower-case letters and hyphens
   */
  String name();

  /**
   * Further options that it takes, by name.
   *
   * @return none unless it has some
   */
  default Set<String> options() {
    return Set.of();
  }

  /**
   * Computes the lesson.
   *
   * @param setting the seed and the amount of training
   * @param page takes texts, numbers and figures
   */
  void run(Setting setting, Page page);
}
